package io.s2stream.schemas.tensor;

/** Converts IEEE 754 binary16, which Java has no type for. */
final class Float16 {
  private static final int EXPONENT = 0x7c00;
  private static final int SIGN_EXPONENT_FRACTION = 0x8fffe000; // where a float has them
  private static final float EXPONENT_BIAS_DIFFERENCE = 0x1p112f; // 2^(127 - 15)

  private Float16() {}

  /**
   * The float of the same value; every binary16 value has one. NaNs keep sign and payload. Small
   * enough (at most 35 bytes of code) for Java's quick compiler to put it where it is called.
   */
  static float toFloat(short bits) {
    if ((bits & EXPONENT) == EXPONENT) {
      return infiniteOrNaN(bits);
    }
    // A power of two, so that the product is exact, of subnormal values as well.
    return Float.intBitsToFloat(bits << 16 >> 3 & SIGN_EXPONENT_FRACTION)
        * EXPONENT_BIAS_DIFFERENCE;
  }

  private static float infiniteOrNaN(short bits) {
    return Float.intBitsToFloat((bits & 0x8000) << 16 | 0x7f800000 | (bits & 0x3ff) << 13);
  }
}
