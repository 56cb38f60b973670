package io.s2stream.processor.metrics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** With scripts in place of the tool, which says and does what they like. */
@Timeout(60)
class GpuMetersTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  @TempDir private Path dir;

  private NvidiaSmi tool(String script) throws Exception {
    Path tool = Files.writeString(dir.resolve("nvidia-smi"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    return new NvidiaSmi(tool.toString(), Duration.ofSeconds(10));
  }

  private double value(String meter, String gpu) {
    var gauge = meters.find(meter).tag("gpu", gpu).gauge();
    return gauge == null ? -1 : gauge.value();
  }

  @Test
  void shouldTellMemoryAndUtilisationOfEachGpu() throws Exception {
    NvidiaSmi tool =
        tool(
            "[ \"$1\" = --query-gpu=index,memory.used,memory.total,utilization.gpu ] || exit 9\n"
                + "echo '0, 1024, 81559, 35'\necho '1, 512, 81559, [N/A]'\n");
    try (GpuMeters running = GpuMeters.start(meters, tool, SHORT)) {
      await().until(() -> value(GpuMeters.MEMORY_USED, "1") == 512.0 * (1 << 20));

      assertThat(value(GpuMeters.MEMORY_USED, "0")).isEqualTo(1024.0 * (1 << 20));
      assertThat(value(GpuMeters.MEMORY_TOTAL, "0")).isEqualTo(81_559.0 * (1 << 20));
      assertThat(value(GpuMeters.UTILIZATION, "0")).isEqualTo(0.35);
      assertThat(value(GpuMeters.UTILIZATION, "1")).isNaN();
    }
  }

  @Test
  void shouldBeUnknownWhileTheToolFailsAndComeBack() throws Exception {
    Path broken = dir.resolve("broken");
    NvidiaSmi tool = tool("[ -e " + broken + " ] && exit 1\necho '0, 1, 2, 3'\n");
    try (GpuMeters running = GpuMeters.start(meters, tool, SHORT)) {
      await().until(() -> value(GpuMeters.UTILIZATION, "0") == 0.03);

      Files.createFile(broken);
      await().until(() -> Double.isNaN(value(GpuMeters.UTILIZATION, "0")));

      Files.delete(broken);
      await().until(() -> value(GpuMeters.UTILIZATION, "0") == 0.03);
    }
  }

  @Test
  void shouldHaveNoMetersWithoutTheTool() {
    NvidiaSmi missing = new NvidiaSmi(dir.resolve("none").toString(), SHORT);

    assertThatThrownBy(missing::ask).isInstanceOf(NvidiaSmi.MissingException.class);
  }

  @Test
  void shouldKillAToolThatHangsAndRefuseWhatItCantUnderstand() throws Exception {
    tool("exec sleep 60\n");
    NvidiaSmi hangs = new NvidiaSmi(dir.resolve("nvidia-smi").toString(), Duration.ofMillis(200));

    assertThatThrownBy(hangs::ask).hasMessageContaining("gave no answer within PT0.2S");
    assertThatThrownBy(tool("echo 'NVIDIA-SMI has failed'\n")::ask)
        .hasMessageContaining("found: NVIDIA-SMI has failed");
  }
}
