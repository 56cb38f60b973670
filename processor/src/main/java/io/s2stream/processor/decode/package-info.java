/** From a frame batch as it came to pixels, or to the reason why it can't be processed. */
@NullMarked
package io.s2stream.processor.decode;

import org.jspecify.annotations.NullMarked;
