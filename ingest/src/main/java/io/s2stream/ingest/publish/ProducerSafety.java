package io.s2stream.ingest.publish;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.s2stream.config.KafkaSettings;
import io.s2stream.config.Problem;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Refuses producer properties under which frames would be lost, repeated or out of order. */
public final class ProducerSafety {

  private final KafkaSettings kafka;
  private final Map<String, Object> properties;
  private final List<Problem> problems;

  private ProducerSafety(KafkaSettings kafka, List<Problem> problems) {
    this.kafka = kafka;
    this.properties = kafka.producer();
    this.problems = problems;
  }

  /**
   * Properties that aren't set are {@link ProducerSettings}' to choose.
   *
   * @param problems gets one for each property, with its path
   */
  public static void check(KafkaSettings kafka, List<Problem> problems) {
    ProducerSafety safety = new ProducerSafety(kafka, problems);
    safety.only(ProducerConfig.ACKS_CONFIG, "a record on one broker is lost with it", "all", "-1");
    safety.only(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "a retry would repeat a record", "true");
    safety.only(
        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
        "a record to a new topic could be overtaken, and then be refused for good",
        "1");
    String gap = "a record that is given up would leave a gap, as later ones are still sent";
    String never = String.valueOf(Integer.MAX_VALUE);
    safety.only(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, gap, never);
    safety.only(ProducerConfig.RETRIES_CONFIG, gap, never);
    String spread = "a stream that is spread over partitions has no order";
    safety.only(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, spread, "false");
    safety.refusePartitioner(spread);
    safety.refuseTransactions();
  }

  private void only(String key, String why, String... allowed) {
    Object value = properties.get(key);
    if (value != null
        && !Set.of(allowed).contains(value.toString().strip().toLowerCase(Locale.ROOT))) {
      problem(
          key, "must be %s, which is the default, found %s: %s".formatted(allowed[0], value, why));
    }
  }

  private void refusePartitioner(String why) {
    if (properties.containsKey(ProducerConfig.PARTITIONER_CLASS_CONFIG)) {
      problem(ProducerConfig.PARTITIONER_CLASS_CONFIG, "can't be set here: " + why);
    }
  }

  private void refuseTransactions() {
    if (properties.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)) {
      problem(
          ProducerConfig.TRANSACTIONAL_ID_CONFIG, "can't be set here; ingest has no transactions");
    }
  }

  private void problem(String key, String text) {
    String own = "producer." + key;
    problems.add(new Problem("kafka." + (kafka.masked().containsKey(own) ? own : key), text));
  }
}
