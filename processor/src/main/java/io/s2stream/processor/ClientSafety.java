package io.s2stream.processor;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.s2stream.config.Problem;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** Refuses Kafka properties under which frames would be lost or come out of order. */
final class ClientSafety {

  /** Properties that can't be set at all, and why or what to set instead. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(StreamsConfig.APPLICATION_ID_CONFIG, "use application-id"),
          Map.entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "use guarantee"),
          Map.entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "use stream-threads"),
          Map.entry(
              StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
              "a handler that goes on would lose frames"),
          Map.entry(
              StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
              "a handler that goes on would lose features"),
          Map.entry(
              "default.production.exception.handler", "a handler that goes on would lose features"),
          Map.entry(
              StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
              "one that skips records would lose frames"),
          Map.entry(
              ProducerConfig.PARTITIONER_CLASS_CONFIG,
              "a stream that is spread over partitions has no order"),
          Map.entry(
              ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
              "a stream that is spread over partitions has no order"),
          Map.entry(
              ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "the order rests on its value"),
          Map.entry(
              ProducerConfig.TRANSACTIONAL_ID_CONFIG,
              "it is made of application-id and instance-name"));

  private static final Set<String> PREFIXES = Set.of("producer.", "consumer.", "main.consumer.");

  /** Kafka's own defaults, for properties that aren't set. */
  private static final long MAX_POLL_INTERVAL_MS = 300_000;

  private static final long DELIVERY_TIMEOUT_MS = 120_000;
  private static final long MAX_BLOCK_MS = 60_000;

  private final Map<String, Object> properties;
  private final List<Problem> problems;

  private ClientSafety(Map<String, Object> properties, List<Problem> problems) {
    this.properties = properties;
    this.problems = problems;
  }

  /**
   * @param properties as Kafka Streams gets them from the operator
   */
  static void check(Map<String, Object> properties, List<Problem> problems) {
    ClientSafety safety = new ClientSafety(properties, problems);
    properties.keySet().forEach(safety::refuse);
    safety.checkAcknowledgement();
    safety.checkTimes();
  }

  private void refuse(String key) {
    String bare = key;
    for (String prefix : PREFIXES) {
      if (key.startsWith(prefix)) {
        bare = key.substring(prefix.length());
      }
    }
    String reason =
        bare.startsWith("__") ? "it belongs to Kafka Streams' own inside" : REFUSED.get(bare);
    if (reason != null) {
      problem(key, "can't be set here; " + reason);
    }
  }

  private void checkAcknowledgement() {
    String acks = String.valueOf(producer(ProducerConfig.ACKS_CONFIG, "all"));
    if (!Set.of("all", "-1").contains(acks.toLowerCase(Locale.ROOT))) {
      problem("producer.acks", "must be all: a record on one broker is lost with it");
    }
    Object idempotence = producer(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    if (!Boolean.parseBoolean(idempotence.toString())) {
      problem("producer.enable.idempotence", "must be true: a retry would change the order");
    }
  }

  /** The thread that waits for its sends must be back before the group expels it. */
  private void checkTimes() {
    Long common =
        number("consumer.", ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, MAX_POLL_INTERVAL_MS);
    Long interval =
        common == null
            ? null
            : number("main.consumer.", ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, common);
    Long delivery =
        number("producer.", ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    Long block = number("producer.", ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    if (interval != null && delivery != null && block != null && delivery + block >= interval) {
      problem(
          "consumer.max.poll.interval.ms",
          "must be more than producer.delivery.timeout.ms (%d) and producer.max.block.ms (%d) together, found %d: the group would expel a processor that waits for its sends"
              .formatted(delivery, block, interval));
    }
  }

  private Object producer(String key, Object otherwise) {
    Object value = value("producer.", key);
    return value == null ? otherwise : value;
  }

  /** Null when it is no number: Kafka itself refuses that, with a better message. */
  private @Nullable Long number(String prefix, String key, long otherwise) {
    Object value = value(prefix, key);
    try {
      return value == null ? Long.valueOf(otherwise) : Long.valueOf(value.toString());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private @Nullable Object value(String prefix, String key) {
    Object own = properties.get(prefix + key);
    return own == null ? properties.get(key) : own;
  }

  private void problem(String key, String text) {
    problems.add(new Problem("kafka." + key, text));
  }
}
