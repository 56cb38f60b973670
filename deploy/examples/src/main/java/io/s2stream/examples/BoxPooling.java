package io.s2stream.examples;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.tensor.FeatureTensor;

/** The mean of the patches that a box touches. */
final class BoxPooling {
  private BoxPooling() {}

  /**
   * @param entry position on the tensor's first axis
   * @return {@code [C]}
   */
  static float[] mean(FeatureRecord record, FeatureTensor tensor, int entry, Detection box) {
    int height = record.getGrid().get(0);
    int width = record.getGrid().get(1);
    int bottom = (int) Math.ceil(box.bottom() * height);
    int right = (int) Math.ceil(box.right() * width);
    float[] sum = new float[tensor.channels()];
    float[] patch = new float[tensor.channels()];
    int patches = 0;
    for (int row = (int) (box.top() * height); row < bottom; row++) {
      for (int column = (int) (box.left() * width); column < right; column++) {
        int token = record.getPrefixTokens() + row * width + column;
        tensor.token(entry, token).copyTo(patch, 0);
        patches++;
        for (int channel = 0; channel < sum.length; channel++) {
          sum[channel] += patch[channel];
        }
      }
    }
    for (int channel = 0; channel < sum.length; channel++) {
      sum[channel] /= patches;
    }
    return sum;
  }
}
