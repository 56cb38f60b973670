package io.s2stream.ingest.source;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SourceUriTest {

  @ParameterizedTest
  @CsvSource({
    "rtsp://user:p%40ss@cam/1, rtsp://***@cam/1",
    "rtsp://user:p@ss@cam/1, rtsp://***@cam/1",
    "rtsp://user:p/ss@cam/1, rtsp://***@cam/1",
    "rtsp://user@cam, rtsp://***@cam",
    "rtsp://cam/user@home, rtsp://cam/user@home",
    "https://h/v.m3u8?a=1&token=abc&b=2, https://h/v.m3u8?a=1&token=***&b=2",
    "srt://h:1?passphrase=0123456789&mode=caller, srt://h:1?passphrase=***&mode=caller",
    "https://h/v?X-Amz-Signature=abc#t, https://h/v?X-Amz-Signature=***#t",
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
  void shouldNotBeALocalPathWhenItIsAUrl() {
    assertThat(new SourceUri("rtsp://cam/1").localPath()).isEmpty();
    assertThat(new SourceUri("rtsp://cam/1").isLiveScheme()).isTrue();
    assertThat(new SourceUri("https://h/clip.mp4").isLiveScheme()).isFalse();
  }
}
