package io.s2stream.processor.route;

/** Tells which topic a stream's features go to. Thread-safe. */
public interface FeatureRoutes extends AutoCloseable {

  /**
   * The topic of a stream, always the same.
   *
   * @param stream the message's key
   */
  String topic(String stream);

  /**
   * Makes sure that the stream's topic is there and can carry its records; may ask the brokers.
   *
   * @throws io.s2stream.processor.fault.FrameFaultException when there is no such topic, and is not
   *     going to be one
   * @throws org.apache.kafka.common.KafkaException when the brokers can't be asked
   */
  void require(String stream);

  @Override
  default void close() {}

  /** One topic for all, which was checked before. */
  static FeatureRoutes fixed(String topic) {
    return new FeatureRoutes() {
      @Override
      public String topic(String stream) {
        return topic;
      }

      @Override
      public void require(String stream) {}
    };
  }
}
