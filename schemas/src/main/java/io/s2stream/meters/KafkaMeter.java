package io.s2stream.meters;

import org.apache.kafka.common.MetricName;

/**
 * The metrics of Kafka's clients and Kafka Streams that are passed on, each as one number for the
 * whole process; {@link KafkaMeters} makes it. Their description says what they are.
 */
public enum KafkaMeter {
  LAG(
      "s2.kafka.consumer.lag",
      "Frame batches of this process's partitions that were not read yet",
      Source.partition("records-lag"),
      Form.SUM),
  LARGEST_LAG(
      "s2.kafka.consumer.lag.max",
      "As the lag, of the partition where it is largest",
      Source.partition("records-lag"),
      Form.LARGEST),
  PARTITIONS(
      "s2.kafka.consumer.partitions",
      "Partitions that this process reads",
      Source.consumerCoordinator("assigned-partitions"),
      Form.SUM),
  REBALANCES(
      "s2.kafka.consumer.rebalances",
      "Rebalances of the group that this process went through",
      Source.consumerCoordinator("rebalance-total"),
      Form.COUNT),
  FETCH_LATENCY(
      "s2.kafka.consumer.fetch.latency",
      "How long brokers take to answer a fetch, on average; the slowest client",
      Source.fetch("fetch-latency-avg"),
      Form.LARGEST_MILLIS),
  FETCH_THROTTLE(
      "s2.kafka.consumer.throttle",
      "How long brokers hold a consumer back by quota, on average; the worst client",
      Source.fetch("fetch-throttle-time-avg"),
      Form.LARGEST_MILLIS),
  SEND_LATENCY(
      "s2.kafka.producer.request.latency",
      "How long brokers take to acknowledge, on average; the slowest client",
      Source.producer("request-latency-avg"),
      Form.LARGEST_MILLIS),
  SEND_THROTTLE(
      "s2.kafka.producer.throttle",
      "How long brokers hold a producer back by quota, on average; the worst client",
      Source.producer("produce-throttle-time-avg"),
      Form.LARGEST_MILLIS),
  RETRIES(
      "s2.kafka.producer.retries",
      "Sends that were tried again",
      Source.producer("record-retry-total"),
      Form.COUNT),
  ERRORS(
      "s2.kafka.producer.errors",
      "Records that could not be sent",
      Source.producer("record-error-total"),
      Form.COUNT),
  BUFFER_FREE(
      "s2.kafka.producer.buffer.free",
      "Room left in the producers' buffers",
      Source.producer("buffer-available-bytes"),
      Form.SUM_BYTES),
  REFUSED(
      "s2.kafka.producer.authentication.failures",
      "Connections of producers whose credentials or certificate were refused",
      Source.producer("failed-authentication-total"),
      Form.COUNT),
  STREAM_THREADS(
      "s2.kafka.streams.threads.alive",
      "Kafka Streams threads that are alive",
      Source.streams("alive-stream-threads"),
      Form.SUM),
  FAILED_THREADS(
      "s2.kafka.streams.threads.failed",
      "Kafka Streams threads that failed; each is replaced",
      Source.streams("failed-stream-threads"),
      Form.COUNT),
  COMMIT_LATENCY(
      "s2.kafka.streams.commit.latency",
      "How long a commit takes, on average; the slowest thread",
      Source.streamThread("commit-latency-avg"),
      Form.LARGEST_MILLIS);

  /** What is made of the values of all clients, threads or partitions. */
  enum Form {
    SUM(""),
    SUM_BYTES("bytes"),
    LARGEST(""),
    /** Kafka's milliseconds as seconds. */
    LARGEST_MILLIS("seconds"),
    /** A sum that never falls, also when a client is closed. */
    COUNT("");

    private final String unit;

    Form(String unit) {
      this.unit = unit;
    }

    String unit() {
      return unit;
    }
  }

  /** Which metric of Kafka; there are some of the same name for each topic too, not meant here. */
  record Source(String group, String name, boolean ofPartition) {
    private static Source partition(String name) {
      return new Source("consumer-fetch-manager-metrics", name, true);
    }

    private static Source fetch(String name) {
      return new Source("consumer-fetch-manager-metrics", name, false);
    }

    private static Source consumerCoordinator(String name) {
      return new Source("consumer-coordinator-metrics", name, false);
    }

    private static Source producer(String name) {
      return new Source("producer-metrics", name, false);
    }

    private static Source streams(String name) {
      return new Source("stream-metrics", name, false);
    }

    private static Source streamThread(String name) {
      return new Source("stream-thread-metrics", name, false);
    }

    boolean is(MetricName metric) {
      return metric.name().equals(name)
          && metric.group().equals(group)
          && metric.tags().containsKey("partition") == ofPartition
          && (ofPartition || !metric.tags().containsKey("topic"));
    }
  }

  private final String meterName;
  private final String description;
  private final Source source;
  private final Form form;

  KafkaMeter(String meterName, String description, Source source, Form form) {
    this.meterName = meterName;
    this.description = description;
    this.source = source;
    this.form = form;
  }

  String meterName() {
    return meterName;
  }

  String description() {
    return description;
  }

  Source source() {
    return source;
  }

  Form form() {
    return form;
  }
}
