package io.s2stream.ingest.source;

/**
 * The formulas of the colour standards, written from their texts, for tests: nothing of libav takes
 * part. Colours are [R, G, B]; {@code 1} is white.
 */
final class Standards {

  private static final double[][] BT709_XY = {{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};
  private static final double[][] BT2020_XY = {{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
  private static final double[] D65_XY = {0.3127, 0.3290};

  private Standards() {}

  /**
   * Y, Cb, Cr as they are coded: BT.601-7, BT.709-6 and BT.2020-2, "signal format".
   *
   * @param matrix 601, 709 or 2020
   */
  static int[] yuv(double[] rgb, int matrix, boolean full, int bits) {
    double kr = matrix == 601 ? 0.299 : matrix == 709 ? 0.2126 : 0.2627;
    double kb = matrix == 601 ? 0.114 : matrix == 709 ? 0.0722 : 0.0593;
    double y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
    double cb = (rgb[2] - y) / (2 * (1 - kb));
    double cr = (rgb[0] - y) / (2 * (1 - kr));
    int unit = 1 << (bits - 8);
    int top = (1 << bits) - 1;
    return new int[] {
      clip(full ? top * y : unit * (16 + 219 * y), top),
      clip((full ? top : 224 * unit) * cb + 128 * unit, top),
      clip((full ? top : 224 * unit) * cr + 128 * unit, top)
    };
  }

  private static int clip(double value, int top) {
    return (int) Math.max(0, Math.min(top, Math.round(value)));
  }

  /** From BT.2020's primaries to BT.709's, both D65, linear light. */
  static double[] bt2020ToBt709(double[] linear) {
    return times(inverse(toXyz(BT709_XY)), times(toXyz(BT2020_XY), linear));
  }

  /** SMPTE RP 177: columns are the primaries, scaled so that they add up to white. */
  private static double[][] toXyz(double[][] xy) {
    double[][] primaries = new double[3][3];
    for (int i = 0; i < 3; i++) {
      primaries[0][i] = xy[i][0] / xy[i][1];
      primaries[1][i] = 1;
      primaries[2][i] = (1 - xy[i][0] - xy[i][1]) / xy[i][1];
    }
    double[] white = {D65_XY[0] / D65_XY[1], 1, (1 - D65_XY[0] - D65_XY[1]) / D65_XY[1]};
    double[] scale = times(inverse(primaries), white);
    for (double[] row : primaries) {
      for (int i = 0; i < 3; i++) {
        row[i] *= scale[i];
      }
    }
    return primaries;
  }

  private static double[] times(double[][] m, double[] v) {
    double[] result = new double[3];
    for (int i = 0; i < 3; i++) {
      result[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
    }
    return result;
  }

  private static double[][] inverse(double[][] m) {
    double[][] result = new double[3][3];
    double determinant = 0;
    for (int i = 0; i < 3; i++) {
      determinant += m[0][i] * cofactor(m, 0, i);
    }
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        result[j][i] = cofactor(m, i, j) / determinant;
      }
    }
    return result;
  }

  private static double cofactor(double[][] m, int row, int column) {
    int r1 = (row + 1) % 3;
    int r2 = (row + 2) % 3;
    int c1 = (column + 1) % 3;
    int c2 = (column + 2) % 3;
    return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
  }

  /** SMPTE ST 2084: from light in cd/m² to the signal, 0 to 1. */
  static double pq(double luminance) {
    double m1 = 2610.0 / 16384;
    double m2 = 2523.0 / 4096 * 128;
    double c1 = 3424.0 / 4096;
    double c2 = 2413.0 / 4096 * 32;
    double c3 = 2392.0 / 4096 * 32;
    double power = Math.pow(luminance / 10_000, m1);
    return Math.pow((c1 + c2 * power) / (1 + c3 * power), m2);
  }

  /**
   * BT.2100-2, HLG: from light of a display of 1,000 cd/m² to the signal, by the inverse of the
   * OOTF with gamma 1.2 and the OETF.
   */
  static double[] hlg(double[] luminance) {
    double y = (0.2627 * luminance[0] + 0.6780 * luminance[1] + 0.0593 * luminance[2]) / 1000;
    double scale = y == 0 ? 0 : Math.pow(y, 1 / 1.2 - 1) / 1000;
    double[] signal = new double[3];
    for (int i = 0; i < 3; i++) {
      double scene = luminance[i] * scale;
      signal[i] =
          scene <= 1 / 12.0
              ? Math.sqrt(3 * scene)
              : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
    }
    return signal;
  }

  /** IEC 61966-2-1. */
  static double srgb(double linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
  }

  /**
   * The Möbius curve through (knee, knee) with slope 1 there and through (peak, 1): f(x) = (a·x +
   * b)/(x + c), solved for its three conditions; the identity below the knee.
   */
  static double mobius(double x, double knee, double peak) {
    if (x <= knee) {
      return x;
    }
    // f(knee) = knee, f'(knee) = (a·c - b)/(knee + c)² = 1, f(peak) = 1: from the first two
    // a = 2·knee + c and b = -knee²; the third gives c.
    double c = (peak - 2 * knee * peak + knee * knee) / (peak - 1);
    return ((2 * knee + c) * x - knee * knee) / (x + c);
  }
}
