package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class GeometryTest {

  /** Red, green above blue, white; each 80x60. */
  private static final String QUADRANTS =
      "color=red:size=80x60:rate=5[a];color=lime:size=80x60:rate=5[b];"
          + "color=blue:size=80x60:rate=5[c];color=white:size=80x60:rate=5[d];"
          + "[a][b]hstack[top];[c][d]hstack[bottom];[top][bottom]vstack";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"0, RGBW", "90, BRWG", "180, WBGR", "270, GWRB"})
  void shouldTurnThePictureUprightWhenTheHeaderAsksForIt(int degrees, String expected)
      throws Exception {
    Path file = folder.resolve("rotated.mp4");
    SyntheticClip.of(160, 120, 5, Duration.ofMillis(400))
        .withScene(QUADRANTS)
        .withRotation(degrees)
        .write(file);

    VideoFrame frame = Frames.read(file, ReaderOptions.of(new ImageSize(40, 60), 5)).get(0);

    String seen =
        name(frame, 10, 15) + name(frame, 10, 45) + name(frame, 30, 15) + name(frame, 30, 45);
    assertThat(seen).isEqualTo(expected);
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

  @ParameterizedTest
  @CsvSource({
    "1 0 0 1, ''",
    "0 1 -1 0, 'transpose=clock,'",
    "-1 0 0 -1, 'hflip,vflip,'",
    "0 -1 1 0, 'transpose=cclock,'",
    "-1 0 0 1, 'hflip,'",
    "1 0 0 -1, 'vflip,'",
    "0 1 1 0, 'transpose=cclock_flip,'",
    "0 -1 -1 0, 'transpose=clock_flip,'"
  })
  void shouldKnowAllEightOrientations(String abcd, String filters) {
    String[] values = abcd.split(" ", -1);
    int[] matrix = new int[9];
    for (int i = 0; i < 4; i++) {
      matrix[i / 2 * 3 + i % 2] = Integer.parseInt(values[i]) << 16;
    }
    matrix[8] = 1 << 30;

    assertThat(Orientation.filtersFor(matrix)).isEqualTo(filters);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1x1", "17x33", "31x7", "333x127", "224x224"})
  void shouldGiveExactlyTheSizeAskedForWhenItIsOdd(String heightTimesWidth) throws Exception {
    // given pictures of an odd size too, whose rows libav pads
    Path file = folder.resolve("odd.mkv");
    SyntheticClip.of(123, 77, 5, Duration.ofMillis(400))
        .withScene("color=0x3c78b4:size=123x77:rate=5")
        .withEncoder("png", "rgb24")
        .write(file);
    String[] sides = heightTimesWidth.split("x", -1);
    ImageSize size = new ImageSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));

    VideoFrame frame = Frames.read(file, ReaderOptions.of(size, 5)).get(0);

    assertThat(frame.size()).isEqualTo(size);
    assertThat(frame.rgb()).hasSize(3 * size.height() * size.width());
    int[] last = Frames.pixel(frame, size.height() - 1, size.width() - 1);
    assertThat(last).containsExactly(0x3c, 0x78, 0xb4);
  }

  @Test
  void shouldKeepTheOutputSizeWhenThePictureSizeChanges() throws Exception {
    // given two H.264 streams of different sizes, one after the other
    Path joined = folder.resolve("joined.ts");
    Path first = folder.resolve("first.ts");
    Path second = folder.resolve("second.ts");
    SyntheticClip.of(160, 120, 10, Duration.ofSeconds(1))
        .withScene("color=red:size=160x120:rate=10")
        .write(first);
    SyntheticClip.of(320, 180, 10, Duration.ofSeconds(2))
        .withScene("color=blue:size=320x180:rate=10:duration=1,setpts=PTS+1/TB")
        .write(second);
    Files.write(joined, Files.readAllBytes(first));
    Files.write(joined, Files.readAllBytes(second), java.nio.file.StandardOpenOption.APPEND);

    List<VideoFrame> frames = Frames.read(joined, ReaderOptions.of(new ImageSize(24, 24), 10));

    assertThat(frames).hasSizeBetween(19, 20);
    assertThat(frames).allSatisfy(frame -> assertThat(frame.rgb()).hasSize(3 * 24 * 24));
    assertThat(name(frames.get(0), 12, 12)).isEqualTo("R");
    assertThat(name(frames.get(frames.size() - 1), 12, 12)).isEqualTo("B");
  }

  @Test
  void shouldScaleAsPillowDoesWhenThePictureIsRgb() throws Exception {
    byte[] expected = Frames.resourceRgb("picture-192x192-pillow.png");
    Path picture = Path.of(getClass().getResource("picture-480x270.png").toURI());

    VideoFrame frame = Frames.read(picture, ReaderOptions.of(new ImageSize(192, 192), 1)).get(0);

    assertThat(Frames.meanError(frame.rgb(), expected)).isLessThan(0.2);
    assertThat(Frames.maxError(frame.rgb(), expected)).isLessThanOrEqualTo(4);
  }

  @Test
  void shouldScaleAsPillowDoesWhenThePictureIsYuv() throws Exception {
    // given the picture as 4:4:4 video, which costs up to a level by rounding
    byte[] expected = Frames.resourceRgb("picture-192x192-pillow.png");
    Path picture = Path.of(getClass().getResource("picture-480x270.png").toURI());
    Path file = folder.resolve("picture.mkv");
    SyntheticClip.of(480, 270, 5, Duration.ofMillis(200))
        .withScene(
            "movie="
                + picture
                + ",scale=out_color_matrix=bt709:out_range=tv"
                + ":flags=accurate_rnd+full_chroma_inp")
        .withEncoder("ffv1", "yuv444p")
        .write(file);

    VideoFrame frame = Frames.read(file, ReaderOptions.of(new ImageSize(192, 192), 5)).get(0);

    assertThat(Frames.meanError(frame.rgb(), expected)).isLessThan(0.5);
    assertThat(Frames.maxError(frame.rgb(), expected)).isLessThanOrEqualTo(6);
  }
}
