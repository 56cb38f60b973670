package io.s2stream.cli.extract;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  private Progress progress(boolean terminal) {
    return new Progress(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), "frames", terminal, nanos::get);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintALineAtEachFurtherTenth() {
    Progress progress = progress(false);
    progress.start(0);

    for (int frame = 1; frame <= 40; frame++) {
      progress.update(frame / 40.0, frame);
    }

    assertThat(printed().lines())
        .hasSize(10)
        .startsWith(" 10 %  4 frames")
        .endsWith("100 %  40 frames");
  }

  @Test
  void shouldCountFramesWhenTheLengthIsNotKnown() {
    Progress progress = progress(false);
    progress.start(0);

    for (int frame = 1; frame <= 450; frame++) {
      progress.update(Double.NaN, frame);
    }

    assertThat(printed().lines()).containsExactly("200 frames", "400 frames");
  }

  @Test
  void shouldDrawABarOverItselfNotTooOften() {
    Progress progress = progress(true);
    progress.start(10);

    for (int i = 1; i <= 10; i++) {
      nanos.addAndGet(50_000_000);
      progress.update(i / 10.0, 10 + i);
    }
    progress.say("done");

    assertThat(printed())
        .contains("\r[===", "100 %  20 frames  20.0 frames/s")
        .endsWith(System.lineSeparator() + "done" + System.lineSeparator());
    assertThat(printed().chars().filter(c -> c == '\r')).hasSizeLessThan(6);
  }
}
