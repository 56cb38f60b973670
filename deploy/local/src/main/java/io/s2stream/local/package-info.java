/** The whole system in one process, with a real broker and registry, for demos and tests. */
@NullMarked
package io.s2stream.local;

import org.jspecify.annotations.NullMarked;
