package io.s2stream.processor.s2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The images of a batch, one at a time, so that they needn't be in memory together. */
@FunctionalInterface
public interface ImageSource {

  /**
   * One image of the batch; asked for once each, in order.
   *
   * @param frame index in the batch
   * @param scope manager that the result must be attached to; closed when the image is no longer
   *     needed
   * @return {@code [1, 3, H, W]} float32, normalised, of the plan's input size
   */
  NDArray image(int frame, NDManager scope);
}
