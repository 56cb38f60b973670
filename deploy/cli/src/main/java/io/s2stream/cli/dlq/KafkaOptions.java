package io.s2stream.cli.dlq;

import java.util.HashMap;
import java.util.Map;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.topics.Topics;
import picocli.CommandLine.Option;

/** Where the dead-letter topic is. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT,…",
      description = "Kafka brokers.")
  private String bootstrapServers;

  @Option(
      names = "--topic",
      defaultValue = Topics.DEAD_LETTERS,
      description = "Dead-letter topic; default ${DEFAULT-VALUE}.")
  private String topic;

  @Option(
      names = {"-X", "--property"},
      paramLabel = "KEY=VALUE",
      description = "Any Kafka client property, for example security.protocol=SSL; repeatable.")
  private Map<String, String> properties = new HashMap<>();

  KafkaSettings kafka() {
    Map<String, String> all = new HashMap<>(properties);
    all.put("bootstrap.servers", bootstrapServers);
    return KafkaSettings.of(all);
  }

  String topic() {
    return topic;
  }
}
