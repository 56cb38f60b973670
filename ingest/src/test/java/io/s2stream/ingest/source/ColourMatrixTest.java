package io.s2stream.ingest.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.ingest.synthetic.SyntheticClip.ColourTags;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Colour bars and times over codec x bit depth x matrix x range, each with another rotation, size
 * and frame rate, intact and damaged. What is expected comes from {@link Standards} alone. Of
 * codecs that the natives have no encoder for, {@code src/test/python/make_bars.py} made the clips.
 */
class ColourMatrixTest {

  private static final double[][] BARS = {
    {0.75, 0.75, 0.75},
    {0.75, 0.75, 0},
    {0, 0.75, 0.75},
    {0, 0.75, 0},
    {0.75, 0, 0.75},
    {0.75, 0, 0},
    {0, 0, 0.75},
    {1, 1, 1},
    {0.9, 0.16, 0.08},
    {0.35, 0.63, 0.4},
    {0, 0, 0}
  };
  private static final int BAR_WIDTH = 32;
  private static final double SECONDS = 0.4;
  private static final int[] MATRICES = {601, 709, 2020};
  private static final int[] ROTATIONS = {0, 90, 180, 270};
  private static final int[][] RATES = {{10, 1}, {30_000, 1001}, {25, 1}};

  @TempDir private Path folder;

  /**
   * @param prepared name of a clip among the resources; empty: made on the spot
   */
  record Case(
      String prepared,
      String encoder,
      String format,
      int bits,
      int matrix,
      boolean full,
      int rotation,
      ImageSize size,
      int[] rate) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s %s BT.%d %s, %d degrees, %dx%d, %d/%d",
          encoder,
          format,
          matrix,
          full ? "full" : "limited",
          rotation,
          size.height(),
          size.width(),
          rate[0],
          rate[1]);
    }

    private ColourTags tags() {
      return ColourTags.valueOf("BT" + matrix + (full ? "_FULL" : "_LIMITED"));
    }
  }

  static Stream<Case> cases() throws IOException {
    return Stream.concat(made().stream(), prepared().stream());
  }

  private static List<Case> prepared() throws IOException {
    List<Case> cases = new ArrayList<>();
    List<String> lines = new String(Frames.resource("bars/clips.csv"), UTF_8).lines().toList();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      String[] rate = fields[9].split("/", -1);
      cases.add(
          new Case(
              fields[0],
              fields[1],
              fields[2],
              Integer.parseInt(fields[3]),
              Integer.parseInt(fields[4]),
              fields[5].equals("True"),
              Integer.parseInt(fields[6]),
              new ImageSize(Integer.parseInt(fields[7]), Integer.parseInt(fields[8])),
              new int[] {Integer.parseInt(rate[0]), Integer.parseInt(rate[1])}));
    }
    return cases;
  }

  private static List<Case> made() {
    String[][] codecs = {
      {"ffv1", "yuv444p", "8"},
      {"ffv1", "yuv422p10le", "10"},
      {"libopenh264", "yuv420p", "8"},
      {"libvpx-vp9", "yuv420p", "8"},
      {"prores_ks", "yuv422p10le", "10"},
      {"libsvtav1", "yuv420p10le", "10"},
      {"mpeg2video", "yuv420p", "8"}
    };
    List<Case> cases = new ArrayList<>();
    for (String[] codec : codecs) {
      for (int matrix : MATRICES) {
        for (boolean full : new boolean[] {false, true}) {
          if (full && List.of("mpeg2video", "prores_ks").contains(codec[0])) {
            continue; // These have no full range.
          }
          int i = cases.size();
          cases.add(
              new Case(
                  "",
                  codec[0],
                  codec[1],
                  Integer.parseInt(codec[2]),
                  matrix,
                  full,
                  ROTATIONS[i % 4],
                  i % 3 == 0 ? new ImageSize(64, 352) : new ImageSize(33 + 2 * i, 353),
                  RATES[i % 3]));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldGiveTheStandardsColoursAtTheFramesTimes(Case test) throws Exception {
    Path file = file(test);
    int written = write(test, file);

    List<VideoFrame> frames = read(file, test);

    assertThat(frames).hasSize(written);
    for (int i = 0; i < written; i++) {
      double micros = i * 1e6 * test.rate()[1] / test.rate()[0];
      assertThat((double) frames.get(i).ptsMicros())
          .as("time of frame %d", i)
          .isBetween(micros - 600, micros + 600); // Matroska counts in milliseconds.
    }
    // Lossy codecs cost a few levels; a wrong matrix or range costs more than 15.
    int tolerance = test.encoder().equals("ffv1") ? 2 : 6;
    for (VideoFrame frame : List.of(frames.get(0), frames.get(written - 1))) {
      assertBars(frame, test, tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldKeepToItsTimesWhenTheFileIsDamaged(Case test) throws Exception {
    if (test.full() || test.matrix() != 709) {
      return; // Damage does not ask for colours.
    }
    Path file = file(test);
    int written = write(test, file);
    byte[] bytes = Files.readAllBytes(file);
    // Packets, not the index: that of MP4 is most of so small a file, and stands before them.
    int from = Math.max(bytes.length / 2, new String(bytes, ISO_8859_1).indexOf("mdat") + 4);
    Random random = new Random(5);
    for (int i = 0; i < 8; i++) {
      bytes[from + random.nextInt((bytes.length - from) * 2 / 3)] = (byte) random.nextInt();
    }
    Path damaged = Files.write(file.resolveSibling("damaged-" + file.getFileName()), bytes);

    try {
      List<VideoFrame> frames = read(damaged, test);
      assertThat(frames).hasSizeBetween(1, written);
      assertThat(frames).extracting(VideoFrame::ptsMicros).isSorted().doesNotHaveDuplicates();
    } catch (SourceException e) {
      // The one keyframe of so short a clip was hit.
      assertThat(e.reason()).isEqualTo(SourceException.Reason.DAMAGED);
    }
  }

  private Path file(Case test) {
    return folder.resolve(test.prepared().isEmpty() ? "bars.mkv" : test.prepared());
  }

  /** Returns the number of frames. */
  private static int write(Case test, Path file) throws IOException {
    if (test.prepared().isEmpty()) {
      return clip(test).write(file);
    }
    Files.write(file, Frames.resource("bars/" + test.prepared()));
    return (int) Math.round(SECONDS * test.rate()[0] / test.rate()[1]);
  }

  private static List<VideoFrame> read(Path file, Case test) throws SourceException {
    boolean turned = test.rotation() % 180 != 0;
    ImageSize size = test.size();
    ImageSize upright = turned ? new ImageSize(size.width(), size.height()) : size;
    return Frames.read(file, ReaderOptions.of(upright, Sampling.of(new SamplingMode.All())));
  }

  private static void assertBars(VideoFrame frame, Case test, int tolerance) {
    int side = Math.min(frame.size().height(), frame.size().width()) / 2;
    for (int bar = 0; bar < BARS.length; bar++) {
      int at = bar * BAR_WIDTH + BAR_WIDTH / 2;
      int length = Math.max(frame.size().height(), frame.size().width());
      int along = test.rotation() == 180 || test.rotation() == 270 ? length - 1 - at : at;
      int[] actual =
          test.rotation() % 180 == 0
              ? Frames.pixel(frame, side, along)
              : Frames.pixel(frame, along, side);
      double[] expected = expected(BARS[bar], test.matrix());
      for (int channel = 0; channel < 3; channel++) {
        assertThat((double) actual[channel])
            .as("channel %d of bar %d", channel, bar)
            .isBetween(255 * expected[channel] - tolerance, 255 * expected[channel] + tolerance);
      }
    }
  }

  /**
   * Of BT.2020 the colours as BT.709's primaries show them, on a display of gamma 2.4 (BT.1886).
   */
  private static double[] expected(double[] rgb, int matrix) {
    if (matrix != 2020) {
      return rgb;
    }
    double[] linear = new double[3];
    for (int i = 0; i < 3; i++) {
      linear[i] = Math.pow(rgb[i], 2.4);
    }
    double[] mapped = Standards.bt2020ToBt709(linear);
    for (int i = 0; i < 3; i++) {
      mapped[i] = Math.pow(Math.max(0, Math.min(1, mapped[i])), 1 / 2.4);
    }
    return mapped;
  }

  private static SyntheticClip clip(Case test) {
    String working = test.bits() == 8 ? "yuv444p" : "yuv444p10le";
    StringBuilder scene = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    String rate = test.rate()[0] + "/" + test.rate()[1];
    for (int bar = 0; bar < BARS.length; bar++) {
      int[] yuv = Standards.yuv(BARS[bar], test.matrix(), test.full(), test.bits());
      int width = bar == BARS.length - 1 ? test.size().width() - bar * BAR_WIDTH : BAR_WIDTH;
      scene.append(
          String.format(
              Locale.ROOT,
              "color=size=%dx%d:rate=%s,format=%s,lutyuv=y=%d:u=%d:v=%d[b%d];",
              width,
              test.size().height(),
              rate,
              working,
              yuv[0],
              yuv[1],
              yuv[2],
              bar));
      labels.append("[b").append(bar).append(']');
    }
    scene.append(labels).append("hstack=inputs=").append(BARS.length);
    return SyntheticClip.of(
            test.size().width(),
            test.size().height(),
            test.rate()[0],
            Duration.ofMillis((long) (1e3 * SECONDS)))
        .withRate(test.rate()[0], test.rate()[1])
        .withScene(scene.toString())
        .withEncoder(test.encoder(), test.format())
        .withColourTags(test.tags())
        .withRotation(test.rotation());
  }
}
