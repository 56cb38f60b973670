package io.s2stream.cli;

import java.nio.file.Path;
import java.time.Duration;

import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DemoIT {
  @TempDir private Path dir;

  @Test
  void shouldAccountForEveryFrameOfTheClipItMakes() throws Exception {
    S2Process demo = S2Process.run(dir, "demo", "--viewer-port", "0");

    assertThat(demo.exitCode()).as("%s", demo).isZero();
    assertThat(demo.out())
        .contains("clip: 500 frames decoded, 80 sampled, 80 acknowledged by the broker")
        .contains("features of 80 frames in 80 records; 0 dead letters, 0 missing, 0 duplicates")
        .contains("[1, 196, 384] float16")
        .contains("First features ")
        .containsPattern("watch it at http://127\\.0\\.0\\.1:[0-9]+\n")
        .contains("Every sampled frame is accounted for.");
    assertThat(demo.err()).isEmpty();
  }

  @Test
  void shouldTakeSeveralFilesWithSpacesInTheirNames() throws Exception {
    Path first = dir.resolve("my clip.mp4");
    Path second = dir.resolve("other.mkv");
    SyntheticClip.of(320, 240, 10, Duration.ofSeconds(3)).write(first);
    SyntheticClip.of(128, 256, 25, Duration.ofSeconds(2)).write(second);

    S2Process demo =
        S2Process.run(
            dir,
            "demo",
            "--fps",
            "2",
            "--guarantee",
            "at-least-once",
            first.getFileName().toString(),
            second.toString());

    assertThat(demo.exitCode()).as("%s", demo).isZero();
    assertThat(demo.out())
        .contains("my-clip: 30 frames decoded, 6 sampled")
        .contains("other: 50 frames decoded, 4 sampled");
  }
}
