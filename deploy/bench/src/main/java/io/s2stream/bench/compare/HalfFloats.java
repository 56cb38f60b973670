package io.s2stream.bench.compare;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads float16, which the JDK does from version 20 on. */
final class HalfFloats {
  private HalfFloats() {}

  /** Values of little-endian binary16. */
  static float[] of(byte[] data) {
    ByteBuffer halves = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[data.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = toFloat(halves.getShort());
    }
    return values;
  }

  private static float toFloat(short half) {
    int sign = half < 0 ? -1 : 1;
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((float) fraction, -24)
        : sign * Math.scalb((float) (fraction | 0x400), exponent - 25);
  }
}
