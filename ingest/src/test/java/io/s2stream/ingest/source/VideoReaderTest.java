package io.s2stream.ingest.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, fps));

    assertThat(frames).hasSize(expected);
    // A source slower than fps gives each of its frames once.
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

  @Test
  void shouldGiveTheDecodedFramesOwnTimesWhenTheyDoNotFallOnTheSamplingGrid() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(file);

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, 3));

    // 1/3 s is nearest to frame 8 (0.32 s), 2/3 s to frame 17 (0.68 s)
    assertThat(frames).extracting(VideoFrame::ptsMicros).containsExactly(0L, 320_000L, 680_000L);
  }

  @Test
  void shouldLeaveSlotsEmptyWhenTheFrameRateVaries() throws Exception {
    // given 10 frames/s with nothing between 0.9 s and 3.0 s
    Path file = folder.resolve("gap.mkv");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(4))
        .withScene("testsrc2=size=64x48:rate=10,settb=1/1000,setpts='PTS+if(gte(N,10),2000,0)'")
        .write(file);

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, 5));

    assertThat(frames)
        .extracting(frame -> frame.ptsMicros() / 1000)
        .containsExactly(0L, 200L, 400L, 600L, 800L, 3000L, 3200L, 3400L, 3600L, 3800L);
    assertThat(frames).extracting(VideoFrame::index).startsWith(0L, 1L, 2L).endsWith(9L);
  }

  @Test
  void shouldStartAtZeroWhenTheFilesClockDoesNot() throws Exception {
    Path file = folder.resolve("late.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(601))
        .withScene("testsrc2=size=64x48:rate=10:duration=1,setpts=PTS+600/TB")
        .write(file);

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, 10));

    assertThat(frames).hasSize(10);
    assertThat(frames.get(0).ptsMicros()).isZero();
    assertThat(frames.get(9).ptsMicros()).isEqualTo(900_000);
  }

  @Test
  void shouldCountTimeInFramesWhenTheFileHasNoTimes() throws Exception {
    // given a bare H.264 stream, which has no container to carry times
    Path file = folder.resolve("clip.h264");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2)).write(file);

    try (VideoReader reader =
        VideoReader.open(new SourceUri(file.toString()), ReaderOptions.of(SMALL, 5))) {
      assertThat(reader.live()).isFalse();
    }
    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, 5));

    assertThat(frames).hasSize(10);
    assertThat(frames.get(0).ptsMicros()).isZero();
    assertThat(frames.get(9).ptsMicros()).isEqualTo(1_800_000);
  }

  @Test
  void shouldGiveTheSameBytesWhenReadTwice() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(320, 240, 25, Duration.ofSeconds(1)).write(file);

    List<VideoFrame> first = Frames.read(file, ReaderOptions.of(SMALL, 25));
    List<VideoFrame> second = Frames.read(file, ReaderOptions.of(SMALL, 25));

    assertThat(first).hasSize(25);
    for (int i = 0; i < first.size(); i++) {
      assertThat(second.get(i).rgb()).isEqualTo(first.get(i).rgb());
    }
    assertThat(first.get(24).rgb()).isNotEqualTo(first.get(0).rgb());
  }

  @Test
  void shouldTakeTheNearestFramesWhenTheSourcePauses() throws Exception {
    // given 25 frames/s that pause for 30 s: on average fewer than two frames/s
    Path file = folder.resolve("pause.mkv");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(33))
        .withScene(
            "testsrc2=size=64x48:rate=25:duration=2,settb=1/1000,setpts='PTS+if(gte(N,25),30000,0)'")
        .write(file);

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, 2));

    assertThat(frames)
        .extracting(frame -> frame.ptsMicros() / 1000)
        .containsExactly(0L, 480L, 960L, 31_000L, 31_480L);
  }

  @Test
  void shouldGiveTheHeldFrameItsOwnPicture() throws Exception {
    // given frames that are held back until the next one is seen
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(file);
    List<VideoFrame> all = Frames.read(file, ReaderOptions.of(SMALL, 25));

    List<VideoFrame> some = Frames.read(file, ReaderOptions.of(SMALL, 3));

    assertThat(some).hasSize(3);
    for (VideoFrame frame : some) {
      assertThat(frame.rgb()).isEqualTo(all.get((int) (frame.ptsMicros() / 40_000)).rgb());
    }
  }

  @Test
  void shouldRefuseUseAfterCloseAndCloseTwice() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(file);
    VideoReader reader =
        VideoReader.open(new SourceUri(file.toString()), ReaderOptions.of(SMALL, 2));
    reader.next();

    reader.close();
    reader.close();

    assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
    assertThat(reader.declaredMicros()).isEqualTo(1_000_000);
  }

  @Test
  void shouldNumberOnAndMarkTheGapWhenOpenedAgain() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(file);

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, 2).startingAt(7));

    assertThat(frames).extracting(VideoFrame::index).containsExactly(7L, 8L);
    assertThat(frames).extracting(VideoFrame::discontinuity).containsExactly(true, false);
  }
}
