package io.s2stream.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.ingest.synthetic.SyntheticClip;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares ingest's scaling of pictures with what {@code python/resize_with_pillow.py} made of
 * them, as pictures and as lossless 4:4:4 video.
 */
@Command(
    name = "scaling-bench",
    mixinStandardHelpOptions = true,
    description = "Distance of ingest's scaling from Pillow's bicubic, per picture and side.")
public final class ScalingBench implements Callable<Integer> {

  @Option(
      names = "--references",
      required = true,
      description = "Folder of NAME.png and NAME-SIDE.png.")
  private Path references = Path.of("");

  @Option(
      names = "--sides",
      split = ",",
      defaultValue = "224,384,448,768",
      description = "Sides of the frames; default: ${DEFAULT-VALUE}.")
  private List<Integer> sides = List.of();

  public static void main(String[] args) {
    System.exit(new CommandLine(new ScalingBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    System.out.printf(
        "| picture | side | mean error, levels | 99.9 %% of values within | largest | as 4:4:4 video,"
            + " mean |%n|---|---|---|---|---|---|%n");
    Path video = Files.createTempFile("s2-bench-", ".mkv");
    try (Stream<Path> files = Files.list(references)) {
      for (Path picture : files.filter(ScalingBench::isOriginal).sorted().toList()) {
        asVideo(picture, video);
        for (int side : sides) {
          compare(picture, video, side);
        }
      }
    } finally {
      Files.delete(video);
    }
    return 0;
  }

  private static boolean isOriginal(Path file) {
    return !file.getFileName().toString().matches(".*-\\d+\\.png");
  }

  private static String name(Path picture) {
    return picture.getFileName().toString().replaceAll("\\.png$", "");
  }

  private void compare(Path picture, Path video, int side) throws IOException, SourceException {
    byte[] expected =
        rgb(ImageIO.read(references.resolve(name(picture) + "-" + side + ".png").toFile()));
    int[] errors = errors(scaled(picture, side), expected);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %.3f | %d | %d | %.3f |%n",
        name(picture),
        side,
        mean(errors),
        quantile(errors, 0.999),
        quantile(errors, 1),
        mean(errors(scaled(video, side), expected)));
  }

  private static void asVideo(Path picture, Path video) throws IOException {
    BufferedImage image = ImageIO.read(picture.toFile());
    SyntheticClip.of(image.getWidth(), image.getHeight(), 5, Duration.ofMillis(200))
        .withScene(
            "movie="
                + picture
                + ",scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_inp")
        .withEncoder("ffv1", "yuv444p")
        .write(video);
  }

  private static byte[] scaled(Path file, int side) throws SourceException {
    ReaderOptions options = ReaderOptions.of(new ImageSize(side, side), 1);
    try (VideoReader reader = VideoReader.open(new SourceUri(file.toString()), options)) {
      return Objects.requireNonNull(reader.next(), file.toString()).rgb();
    }
  }

  private static byte[] rgb(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < rgb.length / 3; i++) {
      int value = image.getRGB(i % image.getWidth(), i / image.getWidth());
      rgb[3 * i] = (byte) (value >> 16);
      rgb[3 * i + 1] = (byte) (value >> 8);
      rgb[3 * i + 2] = (byte) value;
    }
    return rgb;
  }

  /** Returns how many values are off by so many levels. */
  private static int[] errors(byte[] actual, byte[] expected) {
    int[] counts = new int[256];
    for (int i = 0; i < expected.length; i++) {
      counts[Math.abs((actual[i] & 0xff) - (expected[i] & 0xff))]++;
    }
    return counts;
  }

  private static double mean(int[] errors) {
    double sum = 0;
    double count = 0;
    for (int level = 0; level < errors.length; level++) {
      sum += (double) level * errors[level];
      count += errors[level];
    }
    return sum / count;
  }

  private static int quantile(int[] errors, double share) {
    double count = 0;
    for (int many : errors) {
      count += many;
    }
    double below = 0;
    int level = 0;
    while (level < 255 && (below += errors[level]) < share * count) {
      level++;
    }
    return level;
  }
}
