/** From decoded pixels to feature tensors in the wire format. */
@NullMarked
package io.s2stream.processor.extract;

import org.jspecify.annotations.NullMarked;
