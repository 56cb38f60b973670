package io.s2stream.meters;

import java.nio.ByteBuffer;
import java.util.List;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessMetersTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void shouldSayWhatTheProcessUses() {
    try (ProcessMeters bound = ProcessMeters.bind(meters)) {
      double before = meters.get(ProcessMeters.RESIDENT_MEMORY).gauge().value();
      ByteBuffer native64MiB = ByteBuffer.allocateDirect(64 << 20);
      for (int i = 0; i < native64MiB.capacity(); i += 1024) {
        native64MiB.put(i, (byte) 1); // touched, else the kernel gives no page
      }

      assertThat(meters.get(ProcessMeters.RESIDENT_MEMORY).gauge().value() - before)
          .isGreaterThan(32 << 20);
      assertThat(meters.get(ProcessMeters.RESIDENT_MEMORY_PEAK).gauge().value())
          .isGreaterThanOrEqualTo(before);
      assertThat(meters.get("jvm.memory.used").gauges()).isNotEmpty();
      assertThat(meters.get("process.files.open").gauge().value()).isPositive();
      assertThat(native64MiB.get(0)).isOne();
    }
  }

  @Test
  void shouldSayWhatRuns() {
    ProcessMeters.buildInfo(meters, Tags.of("version", "1.2.3"));

    assertThat(meters.get(ProcessMeters.BUILD_INFO).tag("version", "1.2.3").gauge().value())
        .isOne();
  }

  @Test
  void shouldReadTheKernelsNumbersAndHaveNoneWithoutThem() {
    List<String> lines = List.of("Name:\tjava", "VmHWM:\t  123 kB", "VmRSS:\t   7 kB");

    assertThat(ResidentMemory.bytes("VmRSS", lines)).isEqualTo(7 * 1024);
    assertThat(ResidentMemory.bytes("VmSwap", lines)).isNaN();
  }
}
