/** What runs inside the child processes: brokers, registries, and processors that meet faults. */
@NullMarked
package io.s2stream.faults.child;

import org.jspecify.annotations.NullMarked;
