package io.s2stream.ingest.source;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.s2stream.ingest.synthetic.FfmpegCommand;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares with the ffmpeg program that comes with the natives, byte for byte. */
class CommandEquivalenceTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mp4, libopenh264, yuv420p, 0",
    "mp4, libopenh264, yuv420p, 90",
    "mp4, mpeg4, yuv420p, 180",
    "mkv, ffv1, yuv422p10le, 0",
    "avi, mjpeg, yuvj422p, 0"
  })
  void shouldEqualTheFfmpegCommandWhenReadingTheSameFile(
      String ending, String encoder, String pixelFormat, int rotation) throws Exception {
    // given
    Path file = folder.resolve("clip." + ending);
    SyntheticClip.of(322, 242, 25, Duration.ofSeconds(2))
        .withEncoder(encoder, pixelFormat)
        .withRotation(rotation)
        .write(file);

    // when
    List<VideoFrame> frames = Frames.read(file, ReaderOptions.of(new ImageSize(96, 128), 5));
    byte[] expected = command(file);

    // then
    ByteArrayOutputStream actual = new ByteArrayOutputStream();
    for (VideoFrame frame : frames) {
      actual.write(frame.rgb());
    }
    assertThat(expected).hasSize(10 * 3 * 96 * 128);
    assertThat(actual.toByteArray()).isEqualTo(expected);
  }

  private byte[] command(Path file) throws Exception {
    Path raw = folder.resolve("expected.rgb");
    Process process =
        new ProcessBuilder(
                FfmpegCommand.path().orElseGet(() -> Assumptions.abort(FfmpegCommand.MISSING)),
                "-v",
                "error",
                "-i",
                file.toString(),
                "-vf",
                "select='not(mod(n,5))',scale=w=128:h=96"
                    + ":flags=bicubic+accurate_rnd+full_chroma_int:param0=0:param1=0.5",
                "-fps_mode",
                "passthrough",
                "-pix_fmt",
                "rgb24",
                "-f",
                "rawvideo",
                raw.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    return Files.readAllBytes(raw);
  }
}
