package io.s2stream.viewer.features;

import org.ejml.data.DMatrixRMaj;

/**
 * Three axes and what is black and white along them: turns patches into colours. Immutable and
 * thread-safe.
 */
public final class PcaBasis {
  static final int COLOURS = 3;

  private final DMatrixRMaj axes; // [C, 3], orthonormal columns
  private final float[][] rows; // [3][C], the same
  private final float[] black; // [3]
  private final float[] white; // [3]

  PcaBasis(DMatrixRMaj axes, float[] black, float[] white) {
    this.axes = axes;
    this.rows = rows(axes);
    this.black = black;
    this.white = white;
  }

  static float[][] rows(DMatrixRMaj axes) {
    float[][] rows = new float[COLOURS][axes.numRows];
    for (int k = 0; k < COLOURS; k++) {
      for (int c = 0; c < axes.numRows; c++) {
        rows[k][c] = (float) axes.get(c, k);
      }
    }
    return rows;
  }

  DMatrixRMaj axes() {
    return axes;
  }

  float black(int colour) {
    return black[colour];
  }

  float white(int colour) {
    return white[colour];
  }

  /** How many channels the basis is for. */
  int channels() {
    return axes.numRows;
  }

  /**
   * Colours of all patches, row by row, three bytes each.
   *
   * @param range as wide as the basis
   */
  public byte[] colours(PatchFeatures features, ChannelRange range) {
    byte[] rgb = new byte[features.patches() * COLOURS];
    float[] along = new float[COLOURS];
    for (int patch = 0; patch < features.patches(); patch++) {
      features.project(patch, range, rows, along);
      for (int k = 0; k < COLOURS; k++) {
        float level = (along[k] - black[k]) / Math.max(white[k] - black[k], 1e-20f);
        rgb[patch * COLOURS + k] = (byte) Math.round(255 * Math.min(1, Math.max(0, level)));
      }
    }
    return rgb;
  }
}
