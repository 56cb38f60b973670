package io.s2stream.schemas.tensor;

/** Converts IEEE 754 binary16, which Java has no type for. */
final class Float16 {
  private static final int EXPONENT = 0x7c00;
  private static final float EXPONENT_BIAS_DIFFERENCE = 0x1p112f; // 2^(127 - 15)

  private Float16() {}

  /** The float of the same value; every binary16 value has one. NaNs keep sign and payload. */
  static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int magnitude = (bits & 0x7fff) << 13; // exponent and fraction where a float has them
    if ((bits & EXPONENT) == EXPONENT) {
      return Float.intBitsToFloat(sign | 0x7f800000 | magnitude); // infinite or not a number
    }
    // A power of two, so that the product is exact, of subnormal values as well.
    float value = Float.intBitsToFloat(magnitude) * EXPONENT_BIAS_DIFFERENCE;
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(value));
  }
}
