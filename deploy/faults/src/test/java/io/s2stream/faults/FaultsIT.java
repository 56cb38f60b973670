package io.s2stream.faults;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.s2stream.processor.Guarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** All cases in small, as {@code ./s2 faults --quick} runs them. */
@Timeout(900)
class FaultsIT {

  @Test
  void shouldLoseNothingUnderAnyFault() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
    long seed = System.nanoTime() % 1_000_000;
    FaultsOptions quick =
        new FaultsOptions(
            false, List.of(), List.of(Guarantee.values()), "classic", seed, Duration.ofMinutes(1));

    boolean passed = new Faults(quick, lines, System.err).run();

    String verdicts = out.toString(StandardCharsets.UTF_8);
    assertThat(passed).as(verdicts).isTrue();
    assertThat(verdicts).contains("case=control").contains("case=kill-processor");
  }
}
