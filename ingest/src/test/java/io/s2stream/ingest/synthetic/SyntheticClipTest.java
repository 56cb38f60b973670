package io.s2stream.ingest.synthetic;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.s2stream.ingest.libav.LibavException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SyntheticClipTest {

  @TempDir private Path folder;

  @Test
  void shouldWriteDurationTimesRateFrames() {
    Path file = folder.resolve("clip.mp4");

    assertThat(SyntheticClip.of(320, 240, 25, Duration.ofSeconds(2)).write(file)).isEqualTo(50);
    assertThat(
            SyntheticClip.of(320, 240, 25, Duration.ofSeconds(1))
                .withRate(30_000, 1001)
                .write(file))
        .isEqualTo(30);
  }

  @Test
  void shouldWriteTheSameFileWhenMadeTwice() throws Exception {
    Path first = folder.resolve("a.mkv");
    Path second = folder.resolve("b.mkv");
    SyntheticClip clip =
        SyntheticClip.of(160, 120, 10, Duration.ofSeconds(1)).withEncoder("mjpeg", "yuvj420p");

    clip.write(first);
    clip.write(second);

    assertThat(Files.size(first)).isEqualTo(Files.size(second));
  }

  @Test
  void shouldSayWhatIsWrongWhenItCanNotBeMade() {
    SyntheticClip clip = SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1));
    Path file = folder.resolve("clip.mp4");

    assertThatThrownBy(() -> clip.write(folder.resolve("no/such/folder/clip.mp4")))
        .isInstanceOf(LibavException.class)
        .hasMessageContaining("write ")
        .hasMessageContaining("No such file or directory");
    assertThatThrownBy(() -> clip.withEncoder("nothing", "yuv420p").write(file))
        .hasMessageContaining("find encoder nothing");
    assertThatThrownBy(() -> clip.withScene("no_such_source").write(file))
        .hasMessageContaining("no_such_source");
    assertThatThrownBy(() -> clip.withScene("testsrc2=size=32x32").write(file))
        .hasMessageContaining("32x32");
    assertThatThrownBy(() -> SyntheticClip.of(8, 48, 10, Duration.ofSeconds(1)))
        .hasMessageContaining("at least 16");
  }
}
