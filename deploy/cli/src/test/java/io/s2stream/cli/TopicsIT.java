package io.s2stream.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import io.s2stream.local.LocalStack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 topics} on a real broker. */
class TopicsIT {
  private static LocalStack stack;
  @TempDir private Path dir;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  private Path ingest(String prefix, boolean create, int side) throws Exception {
    return Files.writeString(
        dir.resolve("ingest.yaml"),
        """
        kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
        frames-topic: %s.frames
        places-topic: %s.places
        topics: {create: %s, partitions: 3}
        image-size: [%d]
        streams: [{id: a, uri: a.mp4}]
        """
            .formatted(
                stack.bootstrapServers(), stack.registryUrl(), prefix, prefix, create, side));
  }

  private Path process(String prefix, boolean create) throws Exception {
    return Files.writeString(
        dir.resolve("process.yaml"),
        """
        kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
        frames-topic: %s.frames
        features-topic: %s.features
        dead-letter-topic: %s.dead
        topics: {create: %s, partitions: 2}
        tower: {model-dir: "%s", device: gpu}
        s2: {scales: [1, 2]}
        """
            .formatted(
                stack.bootstrapServers(),
                stack.registryUrl(),
                prefix,
                prefix,
                prefix,
                create,
                Distribution.demoTower()));
  }

  @Test
  void shouldMakeTheTopicsOfBothServicesOnceWithTheLimitsTheirRecordsNeed() throws Exception {
    String[] command = {
      "topics",
      "--ingest",
      ingest("made", true, 896).toString(),
      "--process",
      process("made", true).toString()
    };
    S2Process first = S2Process.run(dir, command);
    S2Process second = S2Process.run(dir, command);

    // 896 * 896 * 3 bytes is more than the plan's own 448 pixels: ingest comes first and decides.
    assertThat(first.exitCode()).as("%s", first).isZero();
    assertThat(first.out().lines())
        .containsExactly(
            "topic 'made.frames' created: 3 partitions, messages of up to 3,145,728 bytes",
            "topic 'made.places' created: 3 partitions, messages of up to 1,048,588 bytes",
            "topic 'made.features' created: 2 partitions, messages of up to 2,097,152 bytes",
            "topic 'made.dead' created: 2 partitions, messages of up to 4,194,304 bytes");
    assertThat(second.out().lines()).hasSize(4).allMatch(line -> line.contains("' is there: "));
  }

  @Test
  void shouldRefuseWhatIsMissingOrTooSmallWhereTheConfigurationForbidsToMakeTopics()
      throws Exception {
    S2Process.run(dir, "topics", "--ingest", ingest("none", false, 64).toString())
        .assertRefused(2, "topic 'none.frames' does not exist", "kafka-topics.sh");

    assertThat(
            S2Process.run(dir, "topics", "--ingest", ingest("small", true, 64).toString())
                .exitCode())
        .isZero();
    S2Process.run(dir, "topics", "--ingest", ingest("small", true, 1024).toString())
        .assertRefused(2, "topic 'small.frames' takes messages of up to", "kafka-configs.sh");
  }

  @Test
  void shouldAskWhoseTopicsAreMeant() throws Exception {
    S2Process.run(dir, "topics").assertRefused(2, "--ingest FILE, --process FILE");
  }
}
