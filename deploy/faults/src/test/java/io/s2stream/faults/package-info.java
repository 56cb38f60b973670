/** Tests of the fault cases' own parts, and all cases in small. */
@NullMarked
package io.s2stream.faults;

import org.jspecify.annotations.NullMarked;
