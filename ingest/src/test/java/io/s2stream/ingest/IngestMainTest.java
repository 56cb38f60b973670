package io.s2stream.ingest;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class IngestMainTest {
  @TempDir private Path folder;

  @Test
  void shouldExitWith2WhenTheConfigurationIsWrong() throws Exception {
    assertThat(IngestMain.run(new String[0])).isEqualTo(2);
    assertThat(IngestMain.run(new String[] {folder.resolve("absent.yaml").toString()}))
        .isEqualTo(2);
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "kafka: 1\n");
    assertThat(IngestMain.run(new String[] {wrong.toString()})).isEqualTo(2);
  }

  @Test
  void shouldExitWith1WhenNothingAnswersInTime() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("ingest.yaml"),
            """
            kafka: {bootstrap.servers: "127.0.0.1:1", schema.registry.url: "http://127.0.0.1:1"}
            image-size: [224]
            startup-timeout: 1s
            streams: [{id: a, uri: a.mp4}]
            """);

    assertThat(IngestMain.run(new String[] {config.toString()})).isEqualTo(1);
  }
}
