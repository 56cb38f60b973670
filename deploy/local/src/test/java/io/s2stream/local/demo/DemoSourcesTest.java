package io.s2stream.local.demo;

import java.util.List;

import io.s2stream.ingest.source.SourceException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DemoSourcesTest {

  @Test
  void shouldMakeDistinctIdsThatHoldNoSecrets() {
    assertThat(
            DemoSources.byStreamId(
                    List.of(
                        "/a/My clip (1).mp4",
                        "/b/My clip (1).mkv",
                        "rtsp://user:pw@cam:554/ch1?token=x",
                        "..."))
                .keySet())
        .containsExactly("My-clip-1", "My-clip-1-2", "cam-554-ch1", "...");
  }

  @Test
  void shouldRefuseAMissingFile() {
    assertThatThrownBy(() -> DemoSources.check(List.of("/none/x.mp4"), 1))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("/none/x.mp4");
  }

  @Test
  void shouldLetOldRecordsGoOnlyWhenAllSourcesAreLive() {
    assertThat(DemoSources.retention(List.of("rtsp://cam/1"))).containsKey("log.retention.bytes");
    assertThat(DemoSources.retention(List.of("rtsp://cam/1", "a.mp4"))).isEmpty();
    assertThat(DemoSources.retention(List.of())).isEmpty();
  }
}
