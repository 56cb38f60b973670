package io.s2stream.viewer.subscribe;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a message lies, and which of its frames is meant.
 *
 * @param frame position within the message, from 0
 */
public record Place(TopicPartition partition, long offset, int frame) {

  /**
   * Reads {@code topic-partition@offset}.
   *
   * @return null if the text has another form
   */
  public static @Nullable Place parse(String text, int frame) {
    int at = text.lastIndexOf('@');
    int dash = at < 0 ? -1 : text.lastIndexOf('-', at);
    if (dash < 1) {
      return null;
    }
    try {
      return new Place(
          new TopicPartition(
              text.substring(0, dash), Integer.parseInt(text.substring(dash + 1, at))),
          Long.parseLong(text.substring(at + 1)),
          frame);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
