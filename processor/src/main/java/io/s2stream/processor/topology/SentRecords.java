package io.s2stream.processor.topology;

/** Is told what brokers have acknowledged, on the producers' own threads. */
@FunctionalInterface
interface SentRecords {

  /**
   * @param timestampMillis of the record: of features, when their first frame was captured
   */
  void acknowledged(String topic, long timestampMillis);
}
