package io.s2stream.ingest.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.s2stream.ingest.source.SourceException.Reason;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

/**
 * What happens past the decoder's limits, with damaged data, and without the hardware asked for.
 */
class DecoderLimitsTest {

  private static final ReaderOptions OPTIONS = ReaderOptions.of(new ImageSize(48, 64), 25);

  @TempDir private Path folder;

  private final AtomicInteger errors = new AtomicInteger();
  private final ReaderEvents counting =
      new ReaderEvents() {
        @Override
        public void decodeError() {
          errors.incrementAndGet();
        }
      };

  @Test
  void shouldRefusePicturesThatAreTooLarge() throws Exception {
    Path file = clip("clip.mp4", 320, 240, 1);
    ReaderOptions small = OPTIONS.withDecoding(limits(320 * 240 - 1, 1 << 20, Damage.SKIP, 100));

    assertThatThrownBy(() -> Frames.read(file, small))
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith(file + " has pictures of 320x240 pixels: more than the 76799 of")
        .hasMessageContaining("decoding.max-pixels");
    assertThat(
            Frames.read(file, OPTIONS.withDecoding(limits(320 * 240, 1 << 20, Damage.SKIP, 100))))
        .hasSize(25);
  }

  @Test
  void shouldCountPicturesThatGrowTooLargeInMidStreamAndGoOnAfterThem() throws Exception {
    Path joined = folder.resolve("joined.ts");
    for (int i = 0; i < 3; i++) {
      Path part = folder.resolve("part" + i + ".ts");
      int width = i == 1 ? 320 : 160;
      SyntheticClip.of(width, 120, 25, Duration.ofSeconds(i + 1))
          .withScene("testsrc2=size=" + width + "x120:rate=25:duration=1,setpts=PTS+" + i + "/TB")
          .write(part);
      Files.write(
          joined, Files.readAllBytes(part), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    List<VideoFrame> frames =
        Frames.read(
            joined, OPTIONS.withDecoding(limits(160 * 120, 1 << 20, Damage.SKIP, 100)), counting);

    assertThat(errors.get()).isPositive();
    assertThat(frames)
        .extracting(VideoFrame::ptsMicros)
        .noneMatch(micros -> micros > 1_000_000 && micros < 2_000_000)
        .anyMatch(micros -> micros > 2_500_000);
  }

  @Test
  void shouldTakeTooLargeAPacketForDamage() throws Exception {
    Path file = clip("clip.mp4", 320, 240, 1);

    assertThatThrownBy(
            () ->
                Frames.read(
                    file, OPTIONS.withDecoding(limits(1 << 20, 1000, Damage.SKIP, 100)), counting))
        .asInstanceOf(type(SourceException.class))
        .extracting(SourceException::reason)
        .isEqualTo(Reason.DAMAGED);
    assertThat(errors.get()).isPositive();
  }

  @Test
  void shouldGoOnAtTheNextKeyframeWhenDataIsDamaged() throws Exception {
    // given a keyframe every two seconds, and damage in the third and fourth
    Path whole = clip("whole.ts", 320, 240, 8);
    Path file = damaged(whole, 0.3, 0.45);
    Map<Long, VideoFrame> intact =
        Frames.read(whole, OPTIONS).stream()
            .collect(Collectors.toMap(VideoFrame::ptsMicros, frame -> frame));

    List<VideoFrame> skipped = Frames.read(file, OPTIONS, counting);
    List<VideoFrame> shown =
        Frames.read(file, OPTIONS.withDecoding(limits(1 << 20, 1 << 20, Damage.SHOW, 100)));

    // then no frame shows damage, and none after the next keyframe is missing
    assertThat(errors.get()).isPositive();
    for (VideoFrame frame : skipped) {
      VideoFrame same = Objects.requireNonNull(intact.get(frame.ptsMicros()));
      assertThat(Frames.meanError(frame.rgb(), same.rgb()))
          .as("error at %d", frame.ptsMicros())
          .isLessThan(0.01);
    }
    assertThat(skipped.stream().filter(frame -> frame.ptsMicros() >= 4_000_000)).hasSize(100);
    assertThat(skipped.stream().filter(VideoFrame::discontinuity)).isNotEmpty();
    assertThat(shown).hasSizeGreaterThan(skipped.size());
  }

  /** Which frames are lost then is not the same each time, so that it is tried a few times. */
  @RepeatedTest(5)
  void shouldShowNoDamageWhenTheDecoderHasManyThreads() throws Exception {
    Path whole = clip("whole.ts", 320, 240, 8);
    Path file = damaged(whole, 0.3, 0.45);
    Map<Long, VideoFrame> intact =
        Frames.read(whole, OPTIONS).stream()
            .collect(Collectors.toMap(VideoFrame::ptsMicros, frame -> frame));

    List<VideoFrame> frames =
        Frames.read(file, OPTIONS.withDecoding(DecoderOptions.DEFAULT.withThreads(4)), counting);

    assertThat(errors.get()).isPositive();
    for (VideoFrame frame : frames) {
      VideoFrame same = Objects.requireNonNull(intact.get(frame.ptsMicros()));
      assertThat(Frames.meanError(frame.rgb(), same.rgb()))
          .as("error at %d", frame.ptsMicros())
          .isLessThan(0.01);
    }
    assertThat(frames.stream().filter(frame -> frame.ptsMicros() >= 6_000_000)).hasSize(50);
    assertThat(frames.stream().filter(VideoFrame::discontinuity)).isNotEmpty();
  }

  @Test
  void shouldEndALiveSourceThatGivesNothingButErrors() throws Exception {
    // given some good pictures, then ones that can't be decoded, in a container that keeps them
    // apart
    Path whole = clip("whole.mp4", 320, 240, 4);
    byte[] bytes = Files.readAllBytes(whole);
    int end = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov") - 4;
    Arrays.fill(bytes, end / 2, end, (byte) 0xa5);
    Path file = Files.write(folder.resolve("damaged.mp4"), bytes);
    ReaderOptions limited = OPTIONS.withDecoding(limits(1 << 20, 1 << 20, Damage.SKIP, 1));

    assertThatThrownBy(() -> Frames.read(file, limited.withLive(LiveMode.TRUE)))
        .asInstanceOf(type(SourceException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
        .satisfies(e -> assertThat(e).hasMessageContaining("decoding errors in a row"));
    assertThat(Frames.read(file, limited)).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource(Hardware.Kind.class)
  void shouldDecodeInSoftwareWhenTheDeviceIsNotThere(Hardware.Kind kind) throws Exception {
    Path file = clip("clip.mp4", 64, 48, 1);
    List<VideoFrame> software = Frames.read(file, OPTIONS);

    try (Hardware hardware = new Hardware(kind)) {
      DecoderOptions d = DecoderOptions.DEFAULT;
      List<VideoFrame> frames =
          Frames.read(
              file,
              OPTIONS.withDecoding(
                  new DecoderOptions(
                      1,
                      hardware,
                      d.maxPixels(),
                      d.maxPacketBytes(),
                      d.openTimeout(),
                      d.damage(),
                      d.maxSuccessiveErrors())));

      assertThat(frames).hasSize(25);
      for (int i = 0; i < 25; i++) {
        assertThat(Frames.meanError(frames.get(i).rgb(), software.get(i).rgb())).isLessThan(0.5);
      }
    }
  }

  private static DecoderOptions limits(
      long maxPixels, long maxPacketBytes, Damage damage, int maxSuccessiveErrors) {
    return new DecoderOptions(
        1,
        Hardware.none(),
        maxPixels,
        maxPacketBytes,
        Duration.ofSeconds(30),
        damage,
        maxSuccessiveErrors);
  }

  private Path clip(String name, int width, int height, int seconds) {
    Path file = folder.resolve(name);
    SyntheticClip.of(width, height, 25, Duration.ofSeconds(seconds)).write(file);
    return file;
  }

  /** Overwrites payload bytes of a transport stream, here and there, leaving its headers. */
  private Path damaged(Path whole, double from, double to) throws Exception {
    byte[] bytes = Files.readAllBytes(whole);
    Random random = new Random(3);
    for (int i = (int) (bytes.length * from); i < (int) (bytes.length * to); i++) {
      if (i % 188 > 60 && random.nextInt(200) == 0) {
        bytes[i] = (byte) random.nextInt();
      }
    }
    return Files.write(folder.resolve("damaged.ts"), Arrays.copyOf(bytes, bytes.length));
  }
}
