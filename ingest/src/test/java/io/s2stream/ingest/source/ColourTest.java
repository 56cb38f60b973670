package io.s2stream.ingest.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.ingest.synthetic.SyntheticClip.ColourTags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Colour bars whose YUV values are computed here from the standards' formulas, so that no colour
 * conversion of libav takes part in making them.
 */
class ColourTest {

  /** SMPTE's 75 % bars, then full white, and three colours that tell the matrices well apart. */
  private static final int[][] BARS = {
    {191, 191, 191}, {191, 191, 0}, {0, 191, 191}, {0, 191, 0}, {191, 0, 191}, {191, 0, 0},
    {0, 0, 191}, {255, 255, 255}, {230, 40, 20}, {30, 160, 60}, {20, 60, 220}, {0, 0, 0}
  };

  private static final int BAR_WIDTH = 32;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "ffv1, yuv444p, mkv, BT601_LIMITED",
    "ffv1, yuv444p, mkv, BT601_FULL",
    "ffv1, yuv444p, mkv, BT709_LIMITED",
    "ffv1, yuv444p, mkv, BT709_FULL",
    "libopenh264, yuv420p, mp4, BT601_LIMITED",
    "libopenh264, yuv420p, mp4, BT601_FULL",
    "libopenh264, yuv420p, mp4, BT709_LIMITED",
    "libopenh264, yuv420p, mp4, BT709_FULL"
  })
  void shouldGiveTheTrueRgbWhenTheVideoIsTagged(
      String encoder, String pixelFormat, String ending, ColourTags tags) throws Exception {
    Path file = folder.resolve("bars." + ending);
    bars(64, tags).withEncoder(encoder, pixelFormat).withColourTags(tags).write(file);

    // H.264 itself costs a few levels; a wrong matrix or range costs more than 15.
    assertBars(readFirst(file, UntaggedColour.AUTO), encoder.equals("ffv1") ? 3 : 5);
  }

  @ParameterizedTest
  @CsvSource({
    // lines, pixels made as, policy
    "64, BT601_LIMITED, AUTO",
    "576, BT601_LIMITED, AUTO",
    "578, BT709_LIMITED, AUTO",
    "720, BT709_LIMITED, AUTO",
    "64, BT709_LIMITED, BT709",
    "720, BT601_LIMITED, BT601"
  })
  void shouldFollowThePolicyWhenTheVideoIsUntagged(
      int lines, ColourTags madeAs, UntaggedColour policy) throws Exception {
    Path file = folder.resolve("bars.mkv");
    bars(lines, madeAs).withEncoder("ffv1", "yuv444p").withColourTags(ColourTags.NONE).write(file);

    assertBars(readFirst(file, policy), 3);
  }

  @ParameterizedTest
  @CsvSource({"1280, 536, BT709", "1024, 576, BT601", "720, 576, BT601", "960, 720, BT709"})
  void shouldTakeWideOrTallPicturesForHd(int width, int height, UntaggedColour same) {
    assertThat(UntaggedColour.AUTO.colourSpace(width, height))
        .isEqualTo(same.colourSpace(width, height));
  }

  @Test
  void shouldBeFarOffWhenThePolicyIsWrong() throws Exception {
    // A control: were this within the tolerance too, the tests above would show nothing.
    Path file = folder.resolve("bars.mkv");
    bars(64, ColourTags.BT709_LIMITED)
        .withEncoder("ffv1", "yuv444p")
        .withColourTags(ColourTags.NONE)
        .write(file);

    VideoFrame frame = readFirst(file, UntaggedColour.BT601);

    int worst = 0;
    for (int bar = 0; bar < BARS.length; bar++) {
      int[] actual = Frames.pixel(frame, 16, bar * BAR_WIDTH + BAR_WIDTH / 2);
      for (int channel = 0; channel < 3; channel++) {
        worst = Math.max(worst, Math.abs(actual[channel] - BARS[bar][channel]));
      }
    }
    assertThat(worst).isGreaterThan(15);
  }

  private static VideoFrame readFirst(Path file, UntaggedColour policy) throws SourceException {
    ImageSize size = new ImageSize(32, BARS.length * BAR_WIDTH);
    List<VideoFrame> frames =
        Frames.read(file, ReaderOptions.of(size, 5).withUntaggedColour(policy));
    assertThat(frames).isNotEmpty();
    return frames.get(0);
  }

  private static void assertBars(VideoFrame frame, int tolerance) {
    for (int bar = 0; bar < BARS.length; bar++) {
      int[] actual = Frames.pixel(frame, 16, bar * BAR_WIDTH + BAR_WIDTH / 2);
      for (int channel = 0; channel < 3; channel++) {
        assertThat(actual[channel])
            .as("channel %d of bar %d", channel, bar)
            .isBetween(BARS[bar][channel] - tolerance, BARS[bar][channel] + tolerance);
      }
    }
  }

  private static SyntheticClip bars(int lines, ColourTags tags) {
    StringBuilder scene = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    for (int bar = 0; bar < BARS.length; bar++) {
      int[] yuv = yuv(BARS[bar], tags);
      scene.append(
          String.format(
              Locale.ROOT,
              "color=size=%dx%d:rate=5,format=yuv444p,lutyuv=y=%d:u=%d:v=%d[b%d];",
              BAR_WIDTH,
              lines,
              yuv[0],
              yuv[1],
              yuv[2],
              bar));
      labels.append("[b").append(bar).append(']');
    }
    scene.append(labels).append("hstack=inputs=").append(BARS.length);
    return SyntheticClip.of(BARS.length * BAR_WIDTH, lines, 5, Duration.ofMillis(400))
        .withScene(scene.toString());
  }

  /** ITU-R BT.601-7 / BT.709-6, section "signal format", 8 bits. */
  private static int[] yuv(int[] rgb, ColourTags tags) {
    boolean hd = tags == ColourTags.BT709_LIMITED || tags == ColourTags.BT709_FULL;
    boolean full = tags == ColourTags.BT601_FULL || tags == ColourTags.BT709_FULL;
    double kr = hd ? 0.2126 : 0.299;
    double kb = hd ? 0.0722 : 0.114;
    double r = rgb[0] / 255.0;
    double g = rgb[1] / 255.0;
    double b = rgb[2] / 255.0;
    double y = kr * r + (1 - kr - kb) * g + kb * b;
    double cb = (b - y) / (2 * (1 - kb));
    double cr = (r - y) / (2 * (1 - kr));
    return new int[] {
      (int) Math.round(full ? 255 * y : 16 + 219 * y),
      clip(Math.round(128 + (full ? 255 : 224) * cb)),
      clip(Math.round(128 + (full ? 255 : 224) * cr))
    };
  }

  private static int clip(long value) {
    return (int) Math.max(0, Math.min(255, value));
  }
}
