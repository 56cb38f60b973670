package io.s2stream.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.s2stream.ingest.synthetic.SyntheticClip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoReaderTest {

  private static final ImageSize SMALL = new ImageSize(48, 64);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    // source rate, seconds, fps, frames
    "25, 1, 4.0, 2, 8",
    "25, 1, 4.0, 25, 100",
    "25, 1, 4.0, 60, 100",
    "25, 1, 2.0, 12.5, 25",
    "30, 1, 3.0, 20, 60",
    "30000, 1001, 10.01, 2, 20",
    "30000, 1001, 10.01, 29.97, 300",
    "30000, 1001, 10.01, 30, 300",
    "10, 1, 0.3, 1, 1",
    "24, 1, 5.0, 0.5, 3"
  })
  void shouldSampleDurationTimesFpsFramesWhenReadingAFile(
      int numerator, int denominator, double seconds, double fps, int expected) throws Exception {
    Path file = folder.resolve("clip.mp4");
    Duration duration = Duration.ofMillis(Math.round(seconds * 1000));
    SyntheticClip.of(64, 48, 25, duration).withRate(numerator, denominator).write(file);

    List<VideoFrame> frames = readAll(file, ReaderOptions.of(SMALL, fps));

    assertThat(frames).hasSize(expected);
    double sourceMicros = 1e6 * denominator / numerator;
    double stepMicros = Math.max(1e6 / fps, sourceMicros);
    for (int i = 0; i < frames.size(); i++) {
      VideoFrame frame = frames.get(i);
      assertThat(frame.index()).isEqualTo(i);
      assertThat(frame.discontinuity()).isFalse();
      assertThat((double) frame.ptsMicros())
          .as("time of frame %d", i)
          .isBetween(i * stepMicros - sourceMicros, i * stepMicros + sourceMicros);
    }
  }

  private List<VideoFrame> readAll(Path file, ReaderOptions options) throws SourceException {
    List<VideoFrame> frames = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(new SourceUri(file.toString()), options)) {
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        frames.add(frame);
      }
    }
    return frames;
  }
}
