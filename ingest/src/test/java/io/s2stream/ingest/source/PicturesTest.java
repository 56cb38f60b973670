package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Shapes, fields, dynamic range and changes in mid-stream, on real clips. */
class PicturesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    // 160x80 of which each quarter of the width has its colour; columns 5, 25, 35, 55 of row 30 of
    // 60x60, then row 5 of column 20
    "stretch, 1, RGBW, G",
    "pad,     1, RGBW, -",
    "crop,    1, GGBB, G",
    // pixels half as wide as high: shown as a square
    "pad,     1/2, RGBW, G",
    "crop,    1/2, RGBW, G",
    // twice as wide: 4 to 1
    "crop,    2, GGBB, G",
    "pad,     2, RGBW, -",
  })
  void shouldFitThePictureIntoTheFrame(String fit, String aspect, String columns, String top)
      throws Exception {
    Path file = folder.resolve("bars.mkv");
    SyntheticClip.of(160, 80, 5, Duration.ofMillis(400))
        .withScene(
            "color=red:size=40x80:rate=5[a];color=lime:size=40x80:rate=5[b];"
                + "color=blue:size=40x80:rate=5[c];color=white:size=40x80:rate=5[d];"
                + "[a][b][c][d]hstack=inputs=4")
        .write(file);
    Path shaped = folder.resolve("shaped.mkv");
    Frames.copyWithCommand(file, shaped, "-bsf:v", "h264_metadata=sample_aspect_ratio=" + aspect);

    VideoFrame frame = first(shaped, fit(fit));

    assertThat(name(frame, 30, 5) + name(frame, 30, 25) + name(frame, 30, 35) + name(frame, 30, 55))
        .isEqualTo(columns);
    assertThat(name(frame, 5, 20)).isEqualTo(top);
  }

  @Test
  void shouldFitTheShapeAsItIsShownWhenTurned() throws Exception {
    // given a wide picture that is shown upright, 80 wide and 160 high
    Path file = folder.resolve("turned.mp4");
    SyntheticClip.of(160, 80, 5, Duration.ofMillis(400))
        .withScene("color=white:size=160x80:rate=5")
        .withRotation(90)
        .write(file);

    VideoFrame frame = first(file, fit("pad"));

    assertThat(name(frame, 2, 30)).isEqualTo("W");
    assertThat(name(frame, 30, 10) + name(frame, 30, 20) + name(frame, 30, 50)).isEqualTo("-W-");
  }

  @Test
  void shouldMakeWholePicturesOfInterlacedOnes() throws Exception {
    // given a bar that moves by 8 pixels from field to field
    Path file = folder.resolve("fields.ts");
    Frames.encodeWithCommand(
        "color=black:size=128x32:rate=50:duration=1[c];color=white:size=16x32:rate=50:duration=1[b];"
            + "[c][b]overlay=x='mod(8*n,112)':y=0,weave,setfield=tff",
        file,
        "-c:v",
        "mpeg2video",
        "-flags",
        "+ildct+ilme",
        "-q:v",
        "2");
    ReaderOptions options = ReaderOptions.of(new ImageSize(64, 128), 25);

    List<VideoFrame> whole = Frames.read(file, options);
    List<VideoFrame> woven =
        Frames.read(
            file,
            options.withPictures(
                new PictureOptions(Fit.STRETCH, UntaggedColour.AUTO, Hdr.TONEMAP, false)));

    assertThat(whole)
        .extracting(VideoFrame::ptsMicros)
        .isEqualTo(woven.stream().map(VideoFrame::ptsMicros).toList());
    for (int i = 1; i < whole.size() - 1; i++) {
      assertThat(combing(woven.get(i))).as("woven frame %d", i).isGreaterThan(20);
      assertThat(combing(whole.get(i))).as("whole frame %d", i).isLessThan(6);
    }
  }

  /** How far rows lie from the mean of their neighbours, in levels. */
  private static double combing(VideoFrame frame) {
    double sum = 0;
    for (int y = 1; y < 63; y++) {
      for (int x = 0; x < 128; x++) {
        int mean = (green(frame, y - 1, x) + green(frame, y + 1, x)) / 2;
        sum += Math.abs(green(frame, y, x) - mean);
      }
    }
    return sum / (62 * 128);
  }

  private static int green(VideoFrame frame, int y, int x) {
    return Frames.pixel(frame, y, x)[1];
  }

  @ParameterizedTest
  @ValueSource(strings = {"smpte2084", "arib-std-b67"})
  void shouldRefuseHighDynamicRangeWhenToldTo(String transfer) throws Exception {
    Path file = folder.resolve("hdr.mkv");
    Frames.encodeWithCommand(
        "color=gray:size=64x64:rate=5:duration=1,format=yuv420p10le,setparams=range=tv"
            + ":colorspace=bt2020nc:color_primaries=bt2020:color_trc="
            + transfer,
        file,
        "-c:v",
        "ffv1");

    assertThatThrownBy(
            () ->
                first(file, new PictureOptions(Fit.STRETCH, UntaggedColour.AUTO, Hdr.REFUSE, true)))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("hdr.mkv is HDR (64x64 yuv420p10le, matrix bt2020nc, " + transfer)
        .hasMessageContaining("set pictures.hdr to tonemap");
    assertThat(first(file, PictureOptions.DEFAULT).rgb()).hasSize(3 * 60 * 60);
  }

  @Test
  void shouldGoOnWhenTheCodecChanges() throws Exception {
    // given a transport stream that is H.264 first, then MPEG-2, then H.264 again
    Path joined = folder.resolve("joined.ts");
    String[] codecs = {"libopenh264", "mpeg2video", "libopenh264"};
    String[] colours = {"red", "lime", "blue"};
    for (int i = 0; i < 3; i++) {
      Path part = folder.resolve("part" + i + ".ts");
      Frames.encodeWithCommand(
          "color=" + colours[i] + ":size=64x64:rate=25:duration=1,setpts=PTS+" + i + "/TB",
          part,
          "-c:v",
          codecs[i],
          "-b:v",
          "500k",
          "-copyts",
          "-muxdelay",
          "0");
      Files.write(
          joined, Files.readAllBytes(part), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    List<VideoFrame> frames = Frames.read(joined, ReaderOptions.of(new ImageSize(60, 60), 25));

    // libav gives up what its parser holds at each change: two frames.
    assertThat(frames).hasSizeBetween(69, 75);
    String seen = name(frames.get(12), 30, 30) + name(frames.get(37), 30, 30);
    assertThat(seen + name(frames.get(frames.size() - 5), 30, 30)).isEqualTo("RGB");
  }

  private static PictureOptions fit(String fit) {
    return new PictureOptions(
        Fit.valueOf(fit.toUpperCase(Locale.ROOT)), UntaggedColour.AUTO, Hdr.TONEMAP, true);
  }

  private static VideoFrame first(Path file, PictureOptions options) throws SourceException {
    return Frames.read(file, ReaderOptions.of(new ImageSize(60, 60), 5).withPictures(options))
        .get(0);
  }

  private static String name(VideoFrame frame, int y, int x) {
    int[] rgb = Frames.pixel(frame, y, x);
    boolean red = rgb[0] > 128;
    boolean green = rgb[1] > 128;
    boolean blue = rgb[2] > 128;
    if (red && green && blue) {
      return "W";
    }
    return red ? "R" : green ? "G" : blue ? "B" : "-";
  }
}
