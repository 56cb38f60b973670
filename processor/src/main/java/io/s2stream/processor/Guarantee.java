package io.s2stream.processor;

import org.apache.kafka.streams.StreamsConfig;

/**
 * What a subscriber of the feature topic may rely on after a crash. Order per stream holds under
 * both.
 */
public enum Guarantee {
  /**
   * A {@code read_committed} subscriber sees each record once. Costs one broker transaction per
   * commit.
   */
  EXACTLY_ONCE(StreamsConfig.EXACTLY_ONCE_V2),
  /** No record is lost, some may repeat with the same content. Lowest latency. */
  AT_LEAST_ONCE(StreamsConfig.AT_LEAST_ONCE);

  private final String kafkaName;

  Guarantee(String kafkaName) {
    this.kafkaName = kafkaName;
  }

  /** Value of Kafka Streams' {@code processing.guarantee}. */
  String kafkaName() {
    return kafkaName;
  }
}
