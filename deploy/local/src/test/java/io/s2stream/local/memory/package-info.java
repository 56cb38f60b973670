/** The processor's heap with large records waiting. */
@NullMarked
package io.s2stream.local.memory;

import org.jspecify.annotations.NullMarked;
