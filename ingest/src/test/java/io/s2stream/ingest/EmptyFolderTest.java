package io.s2stream.ingest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Folders and globs in which there is no video file when ingest starts. */
class EmptyFolderTest {

  private final MockProducer<String, Object> producer = new FramesProducer(true);

  @TempDir private Path root;
  private Path empty;

  @BeforeEach
  void makeFolder() throws Exception {
    empty = Files.createDirectory(root.resolve("empty"));
    Files.writeString(empty.resolve("notes.txt"), "no video");
  }

  private IngestApp start(IngestConfig config) throws Exception {
    return IngestApp.start(config, new SimpleMeterRegistry(), producer, null);
  }

  @Test
  void shouldSayWhichFoldersAreEmptyWhenThereIsNothingElseToRead() throws Exception {
    IngestConfig config =
        Streams.config(Streams.stream("a", empty), Streams.stream("b", empty + "/**.mp4"));

    assertThatThrownBy(() -> start(config).close())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("streams[0].uri: there is no video file in " + empty + ";")
        .hasMessageContaining("streams[1].uri: there is no video file in " + empty + "/**.mp4;")
        .hasMessageContaining("keep-running: true");
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void shouldReadTheOthersWhenOneFolderIsEmpty() throws Exception {
    Path clip = clip(root.resolve("clip.mp4"));

    try (IngestApp app =
        start(Streams.config(Streams.stream("a", empty), Streams.stream("b", clip)))) {
      assertThat(app.awaitFinished(Duration.ofSeconds(30))).isTrue();
      assertThat(app.streams())
          .singleElement()
          .satisfies(status -> assertThat(status.state()).isEqualTo(State.FINISHED));
    }
  }

  @Test
  void shouldWaitForFilesWhenItIsToKeepRunning() throws Exception {
    Path file =
        Files.writeString(
            root.resolve("ingest.yaml"),
            """
            kafka: {bootstrap.servers: "localhost:1"}
            image-size: [32, 40]
            config-poll: 100ms
            keep-running: true
            streams: [{id: a, uri: '%s'}]
            """
                .formatted(empty));

    try (IngestApp app = start(ConfigParser.parse(file, IngestConfig.class, Map.of()))) {
      app.watch(file, Map.of());
      assertThat(app.streams()).isEmpty();
      Files.move(clip(root.resolve("late.mp4")), empty.resolve("late.mp4")); // whole at once

      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  app.streams().stream()
                      .anyMatch(
                          s -> s.streamId().equals("a.late.mp4") && s.state() == State.FINISHED));
    }
  }

  private static Path clip(Path file) {
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(file);
    return file;
  }
}
