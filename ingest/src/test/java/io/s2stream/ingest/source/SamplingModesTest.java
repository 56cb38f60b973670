package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SamplingModesTest {

  private static final ImageSize SMALL = new ImageSize(48, 64);

  @TempDir private Path folder;

  @Test
  void shouldTakeEveryNthFrameWhateverItsTime() throws Exception {
    Path file = clip("clip.mp4", 25, 2);

    assertThat(times(file, new SamplingMode.EveryNth(7)))
        .containsExactly(0L, 280L, 560L, 840L, 1120L, 1400L, 1680L, 1960L);
    assertThat(times(file, new SamplingMode.All())).hasSize(50).startsWith(0L, 40L, 80L);
  }

  @ParameterizedTest
  @CsvSource({"mp4", "mkv", "ts"})
  void shouldDecodeKeyframesAloneWhenAskedFor(String ending) throws Exception {
    // given a keyframe every two seconds
    Path file = clip("clip." + ending, 25, 7);
    AtomicInteger decoded = new AtomicInteger();
    ReaderEvents events =
        new ReaderEvents() {
          @Override
          public void decoded(long ptsMicros) {
            decoded.incrementAndGet();
          }

          @Override
          public void decodeError() {
            throw new AssertionError("a frame left out is no error");
          }
        };

    List<VideoFrame> frames = read(file, new SamplingMode.Keyframes(), events);

    assertThat(frames)
        .extracting(frame -> frame.ptsMicros() / 1000)
        .containsExactly(0L, 2000L, 4000L, 6000L);
    assertThat(decoded.get()).isEqualTo(4);
    List<VideoFrame> all = read(file, new SamplingMode.All(), ReaderEvents.NONE);
    for (VideoFrame frame : frames) {
      assertThat(frame.rgb()).isEqualTo(all.get((int) (frame.ptsMicros() / 40_000)).rgb());
    }
  }

  @ParameterizedTest
  @CsvSource({
    // numpy.round(numpy.linspace(0, n - 1, N))
    "100, 8, 0 14 28 42 57 71 85 99",
    "3, 8, 0 0 1 1 1 1 2 2",
    "50, 1, 0"
  })
  void shouldGiveVilasFramesWhenUniform(int total, int wanted, String expected) throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofMillis(total * 40L)).write(file);
    List<Integer> indices = IntStream.of(ints(expected)).boxed().toList();

    List<VideoFrame> frames = read(file, new SamplingMode.Uniform(wanted), ReaderEvents.NONE);
    List<VideoFrame> all = read(file, new SamplingMode.All(), ReaderEvents.NONE);

    assertThat(all).hasSize(total);
    assertThat(frames)
        .extracting(frame -> (int) (frame.ptsMicros() / 40_000))
        .containsExactlyElementsOf(indices);
    for (int i = 0; i < wanted; i++) {
      assertThat(frames.get(i).index()).isEqualTo(i);
      assertThat(frames.get(i).rgb()).isEqualTo(all.get(indices.get(i)).rgb());
    }
  }

  private static int[] ints(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void shouldCountFramesThatTheContainerDoesNotCount() throws Exception {
    // given a transport stream, whose header says nothing, joined from two
    Path joined = clip("first.ts", 25, 1);
    Path second = folder.resolve("second.ts");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(3))
        .withScene("testsrc2=size=64x48:rate=25:duration=2,setpts=PTS+1/TB")
        .write(second);
    Files.write(joined, Files.readAllBytes(second), StandardOpenOption.APPEND);
    int total = read(joined, new SamplingMode.All(), ReaderEvents.NONE).size();

    List<VideoFrame> frames = read(joined, new SamplingMode.Uniform(3), ReaderEvents.NONE);

    assertThat(total).isBetween(74, 75);
    assertThat(frames).hasSize(3);
    assertThat(frames.get(2).ptsMicros()).isEqualTo(2_960_000);
  }

  @Test
  void shouldCountFramesNotFieldsWhenInterlaced() throws Exception {
    Path file = folder.resolve("fields.ts");
    Frames.encodeWithCommand(
        "testsrc2=size=64x32:rate=50:duration=2,weave",
        file,
        "-c:v",
        "mpeg2video",
        "-flags",
        "+ildct+ilme",
        "-g",
        "12",
        "-bf",
        "2");

    List<VideoFrame> frames = read(file, new SamplingMode.Uniform(6), ReaderEvents.NONE);

    assertThat(frames).hasSize(6);
    int total = read(file, new SamplingMode.All(), ReaderEvents.NONE).size();
    assertThat(frames.get(5).ptsMicros()).isEqualTo((total - 1) * 40_000L);
  }

  @Test
  void shouldDropEqualFramesOfAStillSceneButForTheHeartbeat() throws Exception {
    // given 8 s of noise around a still picture, in which something moves from 4.0 s to 4.4 s
    Path file = folder.resolve("still.mkv");
    SyntheticClip.of(320, 240, 10, Duration.ofSeconds(8))
        .withScene(
            "smptebars=size=320x240:rate=10,noise=alls=12:allf=t:all_seed=3,"
                + "drawbox=x=100:y=100:w=60:h=60:color=white:t=fill:enable='between(t,4,4.4)'")
        .write(file);
    AtomicInteger dropped = new AtomicInteger();
    ReaderEvents events =
        new ReaderEvents() {
          @Override
          public void nearDuplicate() {
            dropped.incrementAndGet();
          }
        };
    Sampling sampling = new Sampling(new SamplingMode.All(), 1, Duration.ofSeconds(3));

    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(SMALL, sampling), events);

    // then it comes, goes, and every 3 s a frame says that the stream lives
    assertThat(frames)
        .extracting(frame -> frame.ptsMicros() / 1000)
        .containsExactly(0L, 3000L, 4000L, 4500L, 7500L);
    assertThat(frames).extracting(VideoFrame::index).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(dropped.get()).isEqualTo(80 - 5);
  }

  @Test
  void shouldLetEveryFrameGoOnWhenTheSceneMoves() throws Exception {
    Path file = folder.resolve("moving.mp4");
    SyntheticClip.of(320, 240, 10, Duration.ofSeconds(2)).write(file);
    Sampling sampling = new Sampling(new SamplingMode.Fps(2), 1, Duration.ofSeconds(10));

    assertThat(Frames.read(file, ReaderOptions.of(SMALL, sampling))).hasSize(4);
  }

  private Path clip(String name, int fps, int seconds) {
    Path file = folder.resolve(name);
    SyntheticClip.of(64, 48, fps, Duration.ofSeconds(seconds)).write(file);
    return file;
  }

  private static List<Long> times(Path file, SamplingMode mode) throws SourceException {
    return read(file, mode, ReaderEvents.NONE).stream()
        .map(frame -> frame.ptsMicros() / 1000)
        .toList();
  }

  private static List<VideoFrame> read(Path file, SamplingMode mode, ReaderEvents events)
      throws SourceException {
    return Frames.read(file, ReaderOptions.of(SMALL, Sampling.of(mode)), events);
  }
}
