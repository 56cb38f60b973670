/** Which topic the features of a stream go to, and that it is there. */
@NullMarked
package io.s2stream.processor.route;

import org.jspecify.annotations.NullMarked;
