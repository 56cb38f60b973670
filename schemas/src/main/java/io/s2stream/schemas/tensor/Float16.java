package io.s2stream.schemas.tensor;

/** Converts IEEE 754 binary16, which Java has no type for. */
final class Float16 {
  private static final int EXPONENT_BIAS_DIFFERENCE = 127 - 15;
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  private Float16() {}

  /** The float of the same value; every binary16 value has one. NaNs keep sign and payload. */
  static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * SUBNORMAL_UNIT; // exact: at most 10 bits times a power of two
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
    }
    int exponent32 = exponent == 0x1f ? 0xff : exponent + EXPONENT_BIAS_DIFFERENCE;
    return Float.intBitsToFloat(sign | exponent32 << 23 | fraction << 13);
  }
}
