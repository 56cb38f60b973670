package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;

import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.synthetic.FfmpegCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class SourceUriTest {

  @ParameterizedTest
  @CsvSource({
    "rtsp://user:p%40ss@cam/1, rtsp://***@cam/1",
    "srt://h:1?passphrase=0123456789&mode=caller, srt://h:1?passphrase=***&mode=caller",
    "clips/street.mp4, clips/street.mp4"
  })
  void shouldMaskCredentialsWhenPrinted(String uri, String printed) {
    assertThat(new SourceUri(uri)).hasToString(printed);
  }

  @ParameterizedTest
  @CsvSource({"a.mp4, a.mp4", "/x/a b.mp4, /x/a b.mp4", "file:///x/a.mp4, /x/a.mp4"})
  void shouldBeALocalPathWhenThereIsNoOtherScheme(String uri, String path) {
    assertThat(new SourceUri(uri).localPath()).contains(Path.of(path));
  }

  @Test
  void shouldBeALocalPathWhenAFileOfThatNameExists() throws Exception {
    Path file = Path.of("udp:clip-of-this-test.mp4");
    assertThat(new SourceUri(file.toString()).localPath()).isEmpty();
    assertThat(new SourceUri(file.toString()).isLiveScheme()).isTrue();

    Files.createFile(file);
    try {
      SourceUri uri = new SourceUri(file.toString());
      assertThat(uri.localPath()).contains(file);
      assertThat(uri.isLiveScheme()).isFalse();
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void shouldBeALiveSourceWhenItIsACaptureDevice() {
    SourceUri camera = new SourceUri("/dev/video0");

    assertThat(camera.localPath()).isEmpty();
    assertThat(camera.isLiveScheme()).isTrue();
    assertThat(camera.scheme()).isEqualTo("v4l2");
    assertThat(new SourceUri("/dev/videos/a.mp4").localPath()).isPresent();
  }

  @Test
  void shouldSayWhyWhenThereIsNoSuchDevice() {
    SourceUri missing = new SourceUri("/dev/video987");

    Throwable thrown =
        catchThrowable(
            () ->
                VideoReader.open(missing, ReaderOptions.of(new ImageSize(8, 8), Sampling.fps(1))));

    assumeTrue(FfmpegCommand.path().isPresent(), FfmpegCommand.MISSING); // They need the same.
    assertThat(thrown)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("/dev/video987 can't be opened: No such file or directory");
  }

  @Test
  void shouldNotBeALocalPathWhenItIsAUrl() {
    assertThat(new SourceUri("rtsp://cam/1").localPath()).isEmpty();
    assertThat(new SourceUri("rtsp://cam/1").isLiveScheme()).isTrue();
    assertThat(new SourceUri("https://h/clip.mp4").isLiveScheme()).isFalse();
  }
}
