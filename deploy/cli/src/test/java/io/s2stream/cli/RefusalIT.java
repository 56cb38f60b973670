package io.s2stream.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.s2stream.config.KafkaSettings;
import io.s2stream.local.EmbeddedBroker;
import io.s2stream.local.LocalStack;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever can't work is refused with one clear message and a code that says so. */
class RefusalIT {
  @TempDir private Path dir;

  private Path config(String yaml) throws Exception {
    return Files.writeString(dir.resolve("config.yaml"), yaml);
  }

  @Test
  void shouldRefuseAMissingFile() throws Exception {
    S2Process.run(dir, "demo", "none.mp4").assertRefused(1, "none.mp4");
  }

  @Test
  void shouldRefuseAFileThatIsNoVideo() throws Exception {
    Files.writeString(dir.resolve("text.mp4"), "no video at all\n".repeat(100));

    S2Process.run(dir, "demo", "text.mp4").assertRefused(1, "text.mp4");
  }

  @Test
  void shouldRefuseAModelDirectoryWithoutAModel() throws Exception {
    S2Process.run(dir, "demo", "--model", dir.toString())
        .assertRefused(1, dir.toString(), "serving.properties");
  }

  @Test
  void shouldRefuseUnknownConfigKeysAllAtOnce() throws Exception {
    Path config =
        config(
            """
            kafka: {bootstrap.servers: "localhost:9092"}
            tower: {model-dri: /x}
            bach: {}
            """);

    S2Process.run(dir, "process", "--config", config.toString())
        .assertRefused(
            2,
            "tower.model-dri: line 2: unknown key; did you mean 'model-dir'?",
            "bach: line 3: unknown key; did you mean 'batch'?");
  }

  @Test
  void shouldRefuseABrokerThatIsNotThere() throws Exception {
    String servers = "127.0.0.1:" + EmbeddedBroker.freePort();
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      Path config =
          config(
              """
              kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
              image-size: [448]
              startup-timeout: 1s
              streams: [{id: a, uri: a.mp4}]
              """
                  .formatted(servers, registry.url()));

      S2Process.run(dir, "ingest", "--config", config.toString())
          .assertRefused(1, "no Kafka broker answers at " + servers, "Connection refused");
    }
    S2Process.run(
            dir,
            "features",
            "--bootstrap-servers",
            servers,
            "--schema-registry",
            "http://127.0.0.1:1")
        .assertRefused(1, "no Kafka broker answers at " + servers);
  }

  @Test
  void shouldRefuseATopicThatIsTooSmall() throws Exception {
    try (LocalStack stack = LocalStack.start();
        TopicPreflight preflight =
            TopicPreflight.connect(
                KafkaSettings.of(stack.kafkaProperties()), Duration.ofSeconds(20))) {
      preflight.ensure(new TopicSpec("s2.frames", 1_000, 1, 1, true));
      Path config =
          config(
              """
              kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
              image-size: [1080, 1920]
              streams: [{id: a, uri: a.mp4}]
              """
                  .formatted(stack.bootstrapServers(), stack.registryUrl()));

      S2Process.run(dir, "ingest", "--config", config.toString())
          .assertRefused(2, "topic 's2.frames' takes messages of up to 1,048,588", "--alter");
    }
  }

  @Test
  void shouldExplainWrongUsage() throws Exception {
    S2Process.run(dir, "demo", "--fsp", "3").assertRefused(2, "--fsp", "See 's2 demo --help'");
    S2Process.run(dir).assertRefused(2, "demo, ingest, process, viewer, top, reprocess, topics");
  }

  @Test
  void shouldShowAStackTraceOnlyWhenAsked() throws Exception {
    S2Process verbose = S2Process.run(dir, "demo", "-v", "none.mp4");

    assertThat(verbose.exitCode()).isEqualTo(1);
    assertThat(verbose.err()).contains("\tat ");
  }

  @Test
  void shouldTellItsVersion() throws Exception {
    S2Process version = S2Process.run(dir, "--version");

    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).startsWith("s2 ").contains("Kafka ", "DJL ").doesNotContain("${");
  }
}
