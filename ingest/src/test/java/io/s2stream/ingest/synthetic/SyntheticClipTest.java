package io.s2stream.ingest.synthetic;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
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
  void shouldShowTheSamePicturesWhenMadeTwice() throws Exception {
    Path first = folder.resolve("a.mkv");
    Path second = folder.resolve("b.mkv");
    SyntheticClip clip =
        SyntheticClip.of(160, 120, 10, Duration.ofSeconds(1)).withEncoder("mjpeg", "yuvj420p");

    clip.write(first);
    clip.write(second);

    List<byte[]> pictures = pictures(first);
    assertThat(pictures)
        .hasSize(10)
        .usingElementComparator(Arrays::compare)
        .doesNotHaveDuplicates();
    assertThat(pictures(second)).usingElementComparator(Arrays::compare).isEqualTo(pictures);
  }

  private static List<byte[]> pictures(Path file) throws Exception {
    List<byte[]> pictures = new ArrayList<>();
    ReaderOptions options = ReaderOptions.of(new ImageSize(120, 160), 10);
    try (VideoReader reader = VideoReader.open(new SourceUri(file.toString()), options)) {
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        pictures.add(frame.rgb());
      }
    }
    return pictures;
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
