package io.s2stream.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;

import io.s2stream.ingest.synthetic.FfmpegCommand;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Assumptions;

/** Reads whole videos and pictures, and compares pixels, for the tests of this package. */
final class Frames {

  private Frames() {}

  static List<VideoFrame> read(Path file, ReaderOptions options) throws SourceException {
    return read(file, options, ReaderEvents.NONE);
  }

  static List<VideoFrame> read(Path file, ReaderOptions options, ReaderEvents events)
      throws SourceException {
    List<VideoFrame> frames = new ArrayList<>();
    try (VideoReader reader =
        VideoReader.open(new SourceUri(file.toString()), options, events, new Cancellation())) {
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        frames.add(frame);
      }
    }
    return frames;
  }

  /** Copies packets with the ffmpeg program that comes with the natives. */
  static void copyWithCommand(Path from, Path to, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-i", from.toString(), "-c", "copy"));
    all.addAll(List.of(options));
    all.add(to.toString());
    command(all);
  }

  /** Encodes a libavfilter source with that program, for clips that SyntheticClip can't make. */
  static void encodeWithCommand(String scene, Path to, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-f", "lavfi", "-i", scene));
    all.addAll(List.of(options));
    all.add(to.toString());
    command(all);
  }

  private static void command(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(FfmpegCommand.path().orElseGet(() -> Assumptions.abort(FfmpegCommand.MISSING)));
    command.addAll(List.of("-v", "error", "-y"));
    command.addAll(arguments);
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + command);
    }
  }

  /** Two seconds of 25 frames/s, 64x48; the second one has another H.273 matrix than BT.709. */
  static Path tagChange(Path folder, int matrix) throws Exception {
    Path first = folder.resolve("first.ts");
    Path second = folder.resolve("second.ts");
    Path retagged = folder.resolve("retagged.ts");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(first);
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2))
        .withScene("testsrc2=size=64x48:rate=25:duration=1,setpts=PTS+1/TB")
        .write(second);
    copyWithCommand(
        second, retagged, "-copyts", "-bsf:v", "h264_metadata=matrix_coefficients=" + matrix);
    Path joined = folder.resolve("joined.ts");
    Files.write(joined, Files.readAllBytes(first));
    Files.write(joined, Files.readAllBytes(retagged), StandardOpenOption.APPEND);
    return joined;
  }

  /** Returns R, G, B of one pixel, 0 to 255. */
  static int[] pixel(VideoFrame frame, int y, int x) {
    int offset = 3 * (y * frame.size().width() + x);
    return new int[] {
      frame.rgb()[offset] & 0xff, frame.rgb()[offset + 1] & 0xff, frame.rgb()[offset + 2] & 0xff
    };
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Frames.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  /** Decodes a PNG of the test resources with the JDK, which knows nothing of libav. */
  static byte[] resourceRgb(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Frames.class.getResourceAsStream(name), name)) {
      var image = ImageIO.read(in);
      byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
      for (int i = 0; i < image.getWidth() * image.getHeight(); i++) {
        int value = image.getRGB(i % image.getWidth(), i / image.getWidth());
        rgb[3 * i] = (byte) (value >> 16);
        rgb[3 * i + 1] = (byte) (value >> 8);
        rgb[3 * i + 2] = (byte) value;
      }
      return rgb;
    }
  }

  static double meanError(byte[] actual, byte[] expected) {
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((actual[i] & 0xff) - (expected[i] & 0xff));
    }
    return (double) sum / expected.length;
  }

  static int maxError(byte[] actual, byte[] expected) {
    int max = 0;
    for (int i = 0; i < expected.length; i++) {
      max = Math.max(max, Math.abs((actual[i] & 0xff) - (expected[i] & 0xff)));
    }
    return max;
  }
}
