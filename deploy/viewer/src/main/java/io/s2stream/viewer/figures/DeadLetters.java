package io.s2stream.viewer.figures;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The last dead letters and how many there were by reason. Thread-safe; bounded. */
public final class DeadLetters {
  private static final int KEPT = 32;
  private static final int MAX_TEXT = 300;
  private static final int MAX_REASONS = 64;

  /**
   * @param number counts the letters up while this viewer runs
   * @param picture of its first frame, a JPEG; null if it can't be shown
   */
  public record Letter(
      long number,
      String stream,
      String reason,
      String message,
      String place,
      long timeMillis,
      byte @Nullable [] picture) {}

  private final Function<ByteBuffer, byte @Nullable []> picture;
  private final Deque<Letter> last = new ArrayDeque<>(); // newest first
  private final Map<String, Long> byReason = new TreeMap<>();
  private final Map<TopicPartition, Long> read = new HashMap<>();
  private long count;

  /**
   * @param picture makes a small JPEG of a message's value, or null
   */
  public DeadLetters(Function<ByteBuffer, byte @Nullable []> picture) {
    this.picture = picture;
  }

  /** Takes a message of the dead-letter topic; one that was taken before is left alone. */
  public void add(ConsumerRecord<ByteBuffer, ByteBuffer> message) {
    byte[] jpeg = message.value() == null ? null : picture.apply(message.value());
    synchronized (this) {
      TopicPartition partition = new TopicPartition(message.topic(), message.partition());
      if (message.offset() < read.getOrDefault(partition, 0L)) {
        return;
      }
      read.put(partition, message.offset() + 1);
      String reason = header(message, DeadLetterHeaders.REASON);
      if (byReason.containsKey(reason) || byReason.size() < MAX_REASONS) {
        byReason.merge(reason, 1L, Long::sum);
      }
      last.addFirst(
          new Letter(
              ++count,
              header(message, DeadLetterHeaders.STREAM),
              reason,
              header(message, DeadLetterHeaders.MESSAGE),
              partition + "@" + message.offset(),
              message.timestamp(),
              jpeg));
      if (last.size() > KEPT) {
        last.removeLast();
      }
    }
  }

  /** The offsets of a partition begin anew. */
  public synchronized void onAnew(TopicPartition partition) {
    read.remove(partition);
  }

  private static String header(ConsumerRecord<?, ?> message, String name) {
    Header header = message.headers().lastHeader(name);
    if (header == null || header.value() == null) {
      return "";
    }
    String text = new String(header.value(), StandardCharsets.UTF_8);
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }

  /** The newest first. */
  public synchronized List<Letter> last() {
    return new ArrayList<>(last);
  }

  public synchronized Map<String, Long> byReason() {
    return new TreeMap<>(byReason);
  }

  public synchronized long count() {
    return count;
  }
}
