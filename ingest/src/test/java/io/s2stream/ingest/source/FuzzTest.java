package io.s2stream.ingest.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mutated clips neither crash the process nor hold it up: some seconds for 2,000. More: {@code
 * -Dtest=FuzzTest -Dfuzz.clips=100000}; another {@code -Dfuzz.seed} gives other clips.
 */
class FuzzTest {

  @TempDir private Path folder;

  @Test
  void shouldSurviveMutatedClips() throws Exception {
    int clips = Integer.getInteger("fuzz.clips", 2000);
    long seed = Long.getLong("fuzz.seed", 1);

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                FuzzRun.class.getName(),
                folder.toString(),
                Integer.toString(clips),
                Long.toString(seed))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();

    Path at = folder.resolve("at");
    assertThat(status)
        .as(
            "exit status (%d: hung) at seed %s; %s",
            FuzzRun.HANG, Files.exists(at) ? Files.readString(at) : "none", output)
        .isZero();
    System.out.println(output.strip());
  }
}
