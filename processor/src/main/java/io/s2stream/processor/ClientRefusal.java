package io.s2stream.processor;

import io.s2stream.config.InvalidSettingException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** Tells properties that Kafka's clients or the serdes refuse from other failures of a start. */
final class ClientRefusal {
  /**
   * How clients begin when they fail over a property that was read well, such as a class's name.
   */
  private static final String CONSTRUCTION = "Failed to construct kafka";

  private ClientRefusal() {}

  /**
   * @throws InvalidSettingException when it is one; says what the innermost of them says
   */
  static void throwIfSetting(Throwable failure) {
    if (!(failure instanceof KafkaException)) {
      return;
    }
    Throwable innermost = failure;
    while (innermost.getCause() instanceof KafkaException cause) {
      innermost = cause;
    }
    if (innermost instanceof ConfigException
        || String.valueOf(failure.getMessage()).startsWith(CONSTRUCTION)) {
      throw new InvalidSettingException("kafka", String.valueOf(innermost.getMessage()));
    }
  }
}
