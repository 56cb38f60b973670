/** Tests of the stamps and of the counting. */
@NullMarked
package io.s2stream.faults.frames;

import org.jspecify.annotations.NullMarked;
