/** A schema registry inside the process, for trying out and for tests. */
@NullMarked
package io.s2stream.local.registry;

import org.jspecify.annotations.NullMarked;
