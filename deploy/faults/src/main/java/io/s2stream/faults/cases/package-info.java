/** One class per case of faults. */
@NullMarked
package io.s2stream.faults.cases;

import org.jspecify.annotations.NullMarked;
