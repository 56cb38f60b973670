package io.s2stream.ingest.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.s2stream.ingest.source.SourceException.Reason;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

class FaultySourceTest {

  private static final ReaderOptions OPTIONS = ReaderOptions.of(new ImageSize(24, 32), 25);

  @TempDir private Path folder;

  @Test
  void shouldSayWhereItLookedWhenTheFileIsMissing() {
    Path file = folder.resolve("nothing.mp4");

    assertRefused(file, Reason.MISSING, "no such file: " + file);
  }

  @Test
  void shouldRefuseAFolder() {
    assertRefused(folder, Reason.MISSING, folder + " is a folder: expected a video file");
  }

  @Test
  void shouldRefuseTextWhateverItsName() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello, world\n".repeat(500));
    Path named = Files.writeString(folder.resolve("notes.mp4"), "hello, world\n".repeat(500));

    assertRefused(text, Reason.NOT_MEDIA, text + " is not something libav can read");
    assertRefused(named, Reason.NOT_MEDIA, named + " is not something libav can read");
  }

  @Test
  void shouldRefuseAnEmptyFile() throws Exception {
    Path file = Files.createFile(folder.resolve("empty.mp4"));

    assertRefused(file, Reason.NOT_MEDIA, file + " is not something libav can read");
  }

  @Test
  void shouldRefuseSoundWithoutPictures() throws Exception {
    // given one second of silence as WAV: RIFF header, 8 kHz, mono, 8 bit
    byte[] wav = new byte[44 + 8000];
    byte[] header =
        java.util.HexFormat.of()
            .parseHex(
                "52494646641f000057415645666d74201000000001000100401f0000401f000001000800"
                    + "64617461401f0000");
    System.arraycopy(header, 0, wav, 0, header.length);
    Arrays.fill(wav, header.length, wav.length, (byte) 0x80);
    Path file = Files.write(folder.resolve("silence.wav"), wav);

    assertRefused(file, Reason.NO_VIDEO, file + " has no video stream (container wav)");
  }

  private static void assertRefused(Path file, Reason reason, String start) {
    assertThatThrownBy(() -> Frames.read(file, OPTIONS))
        .asInstanceOf(type(SourceException.class))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageStartingWith(start);
            });
  }

  @Test
  void shouldGiveWhatIsThereAndReportTheRestWhenAFileIsTruncated() throws Exception {
    // given an mp4 whose index comes first, cut in the middle: libav ends it without an error
    Path whole = folder.resolve("whole.mp4");
    SyntheticClip.of(320, 240, 25, Duration.ofSeconds(4)).write(whole);
    Path fastStart = folder.resolve("fast.mp4");
    moveIndexToFront(whole, fastStart);
    byte[] bytes = Files.readAllBytes(fastStart);
    Path file = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(bytes, bytes.length / 2));
    List<Long> early = new ArrayList<>();

    // when
    List<VideoFrame> frames =
        Frames.read(
            file,
            OPTIONS,
            new ReaderEvents() {
              @Override
              public void endedEarly(long lastPtsMicros, long declaredMicros) {
                early.add(lastPtsMicros);
                early.add(declaredMicros);
              }
            });

    // then
    assertThat(frames).hasSizeBetween(20, 80);
    assertThat(early).hasSize(2);
    assertThat(early.get(0)).isEqualTo(frames.get(frames.size() - 1).ptsMicros());
    assertThat(early.get(1)).isEqualTo(4_000_000);
  }

  private static void moveIndexToFront(Path from, Path to) throws Exception {
    Frames.copyWithCommand(from, to, "-movflags", "+faststart");
  }

  @Test
  void shouldNotSeeAnEarlyEndWhenTheLastFrameIsShownForLong() throws Exception {
    // given one second of 25 frames/s whose last frame stays for another nine
    Path moving = folder.resolve("moving.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(moving);
    Path file = folder.resolve("still.mp4");
    Frames.copyWithCommand(moving, file, "-bsf:v", "setts=duration='if(eq(N,24),9/TB,DURATION)'");
    List<Long> early = new ArrayList<>();

    // when
    List<VideoFrame> frames =
        Frames.read(
            file,
            OPTIONS,
            new ReaderEvents() {
              @Override
              public void endedEarly(long lastPtsMicros, long declaredMicros) {
                early.add(lastPtsMicros);
              }
            });

    // then
    try (VideoReader reader = VideoReader.open(new SourceUri(file.toString()), OPTIONS)) {
      assertThat(reader.declaredMicros()).isGreaterThan(9_000_000);
    }
    assertThat(frames).hasSize(25);
    assertThat(early).isEmpty();
  }

  @Test
  void shouldFailWhenNothingCouldBeDecoded() throws Exception {
    // given a clip all of whose packets were overwritten
    Path whole = folder.resolve("whole.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    int data = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("mdat") + 4;
    int end = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov") - 4;
    Arrays.fill(bytes, data, end, (byte) 0xa5);
    Path file = Files.write(folder.resolve("garbage.mp4"), bytes);

    assertRefused(file, Reason.DAMAGED, file + ": no picture could be decoded (25 packets, ");
  }

  @Test
  void shouldNameTheSourceAndTheMatrixWhenPicturesCanNotBeConverted() throws Exception {
    // given a tag in mid-stream that libswscale refuses
    Path file = Frames.tagChange(folder, 8);
    List<VideoFrame> frames = new ArrayList<>();

    try (VideoReader reader = VideoReader.open(new SourceUri(file.toString()), OPTIONS)) {
      assertThatThrownBy(
              () -> {
                while (frames.add(Objects.requireNonNull(reader.next()))) {
                  // Until it can't go on.
                }
              })
          .isInstanceOf(SourceException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining("64x48 yuv420p, matrix ycgco");
    }
    assertThat(frames).hasSizeBetween(20, 25);
  }

  @Test
  void shouldGoOnWhenTheMatrixChangesToAnother() throws Exception {
    Path file = Frames.tagChange(folder, 6);

    assertThat(Frames.read(file, OPTIONS)).hasSizeBetween(48, 50);
  }

  @ParameterizedTest
  @CsvSource({"5, 3", "1000, -1"})
  void shouldSkipALittleOfWhatIsNoMediaButNotAllOfAFile(int badLines, int expected)
      throws Exception {
    // given raw pictures between which stands what libav calls invalid data
    String picture = "FRAME\n" + "x".repeat(16 * 16 * 3 / 2);
    Path file =
        Files.writeString(
            folder.resolve("bad.y4m"),
            "YUV4MPEG2 W16 H16 F25:1 C420jpeg\n"
                + picture.repeat(2)
                + "bad\n".repeat(badLines)
                + picture);
    AtomicInteger errors = new AtomicInteger();
    ReaderEvents events =
        new ReaderEvents() {
          @Override
          public void decodeError() {
            errors.incrementAndGet();
          }
        };

    if (expected < 0) {
      assertRefused(file, Reason.DAMAGED, "reading " + file + " failed: Invalid data");
    } else {
      List<VideoFrame> frames = Frames.read(file, OPTIONS, events);
      assertThat(frames).hasSize(expected);
      assertThat(frames.get(2).discontinuity()).isTrue();
      assertThat(errors.get()).isEqualTo(badLines);
    }
  }

  @Test
  void shouldRefuseAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertRefused(pipe, Reason.MISSING, pipe + " is a pipe, socket or device");
  }

  @Test
  void shouldRefuseOptionsThatLibavDoesNotUse() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(file);
    Map<String, String> options = Map.of("rtsp_transprot", "tcp", "probesize", "100000", "x", "y");

    assertThatThrownBy(
            () ->
                VideoReader.open(new SourceUri(file.toString()), OPTIONS.withLibavOptions(options)))
        .hasMessageContaining("libav has no option rtsp_transprot, x for this kind of source");
  }

  @Test
  void shouldCountErrorsAndGoOnWhenDataIsDamaged() throws Exception {
    // given
    Path whole = folder.resolve("whole.ts");
    SyntheticClip.of(320, 240, 25, Duration.ofSeconds(6)).write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    Random random = new Random(3);
    for (int i = bytes.length / 3; i < bytes.length / 2; i++) {
      if (random.nextInt(200) == 0) {
        bytes[i] = (byte) random.nextInt();
      }
    }
    Path file = Files.write(folder.resolve("damaged.ts"), bytes);
    AtomicInteger errors = new AtomicInteger();
    ReaderEvents events =
        new ReaderEvents() {
          @Override
          public void decodeError() {
            errors.incrementAndGet();
          }
        };

    // when
    List<VideoFrame> frames = Frames.read(file, OPTIONS, events);
    List<VideoFrame> again = Frames.read(file, OPTIONS);

    // then it goes on to the end, says where frames were lost, and does the same each time
    assertThat(errors.get()).isPositive();
    assertThat(frames).extracting(VideoFrame::discontinuity).contains(true);
    assertThat(frames.get(frames.size() - 1).ptsMicros()).isGreaterThan(5_500_000);
    assertThat(again).hasSameSizeAs(frames);
    for (int i = 0; i < frames.size(); i++) {
      assertThat(again.get(i).rgb()).isEqualTo(frames.get(i).rgb());
    }
  }
}
