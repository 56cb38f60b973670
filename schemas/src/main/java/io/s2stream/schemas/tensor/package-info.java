/** Reads the tensors that feature records carry. */
@NullMarked
package io.s2stream.schemas.tensor;

import org.jspecify.annotations.NullMarked;
