package io.s2stream.schemas.tensor;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class Float16Test {

  /** IEEE 754-2019, 3.4: the value of a binary16, computed in double, which holds each exactly. */
  private static double definition(int bits) {
    double sign = (bits & 0x8000) == 0 ? 1 : -1;
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    if (exponent == 31) {
      return fraction == 0 ? sign / 0.0 : Double.NaN;
    }
    return exponent == 0
        ? sign * Math.pow(2, -14) * (fraction / 1024.0)
        : sign * Math.pow(2, exponent - 15) * (1 + fraction / 1024.0);
  }

  @Test
  void shouldEqualTheDefinitionWhenConvertingAny16Bits() {
    int nans = 0;
    for (int bits = 0; bits < 65_536; bits++) {
      float converted = Float16.toFloat((short) bits);
      double expected = definition(bits);
      // Compared as doubles bit by bit, so that -0 differs from 0.
      assertThat(Double.doubleToLongBits(converted))
          .as("bits %04x", bits)
          .isEqualTo(Double.doubleToLongBits(expected));
      nans += Float.isNaN(converted) ? 1 : 0;
    }
    assertThat(nans).isEqualTo(2 * 1023);
  }
}
