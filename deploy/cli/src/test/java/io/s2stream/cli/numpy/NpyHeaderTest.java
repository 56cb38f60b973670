package io.s2stream.cli.numpy;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class NpyHeaderTest {

  @Test
  void shouldWriteTheBytesThatNumpyWrites() {
    // numpy.save of a (2, 3) float32 array
    String literal = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    byte[] bytes = NpyHeader.of("<f4", 2, 3).bytes().array();

    assertThat(bytes).hasSize(128).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .isEqualTo(literal + " ".repeat(117 - literal.length()) + "\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 3_000_000_000L})
  void shouldReadWhatItWrites(long length) throws Exception {
    for (NpyHeader header :
        new NpyHeader[] {
          NpyHeader.of("<f2", length), NpyHeader.of("|u1", length, 5), NpyHeader.of("<f4")
        }) {
      byte[] bytes = header.bytes().array();
      String literal = new String(bytes, 10, bytes.length - 10, StandardCharsets.US_ASCII);

      assertThat(NpyHeader.parse(literal)).isEqualTo(header);
      assertThat(bytes.length % 64).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4', 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"
      })
  void shouldRefuseHeadersThatAreNoPlainArray(String literal) {
    assertThatThrownBy(() -> NpyHeader.parse(literal)).isInstanceOf(NpyFormatException.class);
  }
}
