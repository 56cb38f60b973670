package io.s2stream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ClassArchiveIT {
  /** The one Java that is trusted to write an archive while it runs. */
  private static final int WRITES = 17;

  private static final List<String> LINKED = List.of("lib", "models");

  @TempDir private Path dir;
  private Path home;

  /** A distribution in which nothing has run: a launcher of its own, and links to what is large. */
  @BeforeEach
  void installDistribution() throws IOException {
    Path built = Distribution.home();
    home = Files.createDirectories(dir.resolve("a distribution"));
    Files.createDirectory(home.resolve("bin"));
    Files.copy(built.resolve("bin/s2"), home.resolve("bin/s2"));
    for (String part : LINKED) {
      Files.createSymbolicLink(home.resolve(part), built.resolve(part));
    }
  }

  @AfterEach
  void removeLinks() throws IOException {
    for (String part : LINKED) {
      Files.delete(home.resolve(part));
    }
  }

  @Test
  void shouldStartWithTheClassesOfTheDemoAsLongAsTheyAreThose() throws Exception {
    // given
    Path clip = dir.resolve("clip.mp4");
    SyntheticClip.of(128, 128, 10, Duration.ofSeconds(1)).write(clip);
    assertThat(startsFromArchive()).isFalse();

    // when
    S2Process demo = s2(Map.of(), "demo", "--no-viewer", clip.toString());

    // then
    assertThat(demo.exitCode()).as("%s", demo).isZero();
    assertThat(demo.out()).endsWith("Every sampled frame is accounted for.\n");
    assertThat(demo.err()).isEmpty();
    assertThat(startsFromArchive()).isEqualTo(Runtime.version().feature() == WRITES);

    // when it is the same build in another place, as every build is whose libraries differ
    home = Files.move(home, dir.resolve("moved"));

    // then
    assertThat(startsFromArchive()).isFalse();
  }

  @Test
  void shouldSayWhyWhenTheClassesCanNotBeLeft() throws Exception {
    Path clip = dir.resolve("clip.mp4");
    SyntheticClip.of(128, 128, 10, Duration.ofSeconds(1)).write(clip);
    Path taken = Files.createFile(dir.resolve("taken")); // where the folder is to be

    S2Process demo =
        s2(
            Map.of(
                "S2_JAVA_OPTS",
                "-Ds2.class-archive=" + taken.resolve("x.jsa"),
                "TMPDIR",
                dir.toString()),
            "demo",
            "--no-viewer",
            clip.toString());

    assertThat(demo.exitCode()).as("%s", demo).isZero();
    assertThat(demo.out()).endsWith("Every sampled frame is accounted for.\n");
    assertThat(demo.err())
        .contains("s2: no archive of classes was written, so later starts take longer: ")
        .contains(taken.toString())
        .contains("s2: the log is in " + dir);
  }

  private boolean startsFromArchive() throws Exception {
    S2Process version = s2(Map.of("S2_JAVA_OPTS", "-Xlog:class+load"), "--version");
    assertThat(version.exitCode()).as("%s", version).isZero();
    assertThat(version.out()).contains("io.s2stream.cli.S2 source: ");
    return version.out().contains("io.s2stream.cli.S2 source: shared objects file (top)");
  }

  private S2Process s2(Map<String, String> environment, String... args) throws Exception {
    return S2Process.run(home.resolve("bin/s2"), dir, environment, args);
  }
}
