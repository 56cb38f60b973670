package io.s2stream.examples;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.tensor.FeatureTensor;

/** The mean of the patches that a box touches. */
final class BoxPooling {
  private BoxPooling() {}

  /**
   * @param frame position in the record's frames
   * @return {@code [C]}
   */
  static float[] mean(FeatureRecord record, int frame, Detection box) {
    FeatureTensor tensor = FeatureTensor.of(record);
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
        tensor.token(frame, token).copyTo(patch, 0);
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
