/** How streams and the whole system are doing, in numbers. */
@NullMarked
package io.s2stream.viewer.figures;

import org.jspecify.annotations.NullMarked;
