package io.s2stream.config;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({"100B,100", "1KiB,1024", "64MiB,67108864", "2 gib,2147483648", "5MB,5000000", "0B,0"})
  void shouldReadSizes(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    assertThat(ByteSize.parse(ByteSize.parse(text).toString()).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "MiB", "-1MiB", "1.5MiB", "5 parsecs", "9999999999GiB"})
  void shouldRefuseOtherSizes(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "5us,PT0.000005S",
    "5ms,PT0.005S",
    "90s,PT1M30S",
    "2m,PT2M",
    "3h,PT3H",
    "1d,PT24H",
    "0s,PT0S"
  })
  void shouldReadDurations(String text, Duration duration) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
    assertThat(DurationText.parse(DurationText.render(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "ms", "-1s", "1.5s", "PT1S", "99999999999999999999s"})
  void shouldRefuseOtherDurations(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
