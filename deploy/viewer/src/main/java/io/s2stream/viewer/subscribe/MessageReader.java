package io.s2stream.viewer.subscribe;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads single messages by their place. Thread-safe: one at a time. Owns a consumer. */
public final class MessageReader implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;

  /**
   * @throws KafkaException if the client refuses its settings
   */
  public MessageReader(KafkaSettings kafka) {
    Map<String, Object> config = Subscription.subscriber(kafka);
    // One message is wanted; the broker gives at least one record batch, whatever its size.
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1);
    // Nothing else can be asked of a broker that waits for a message which isn't there.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    this.consumer =
        new KafkaConsumer<>(config, new ByteBufferDeserializer(), new PausingDeserializer());
  }

  /**
   * Reads the value of a message: a view of what the broker sent.
   *
   * @return null if the topic doesn't hold it any more, or no broker answers within 2 s
   */
  public synchronized @Nullable ByteBuffer value(TopicPartition partition, long offset) {
    try {
      turnTo(partition);
      consumer.seek(partition, offset);
      long deadline = System.nanoTime() + LONGEST.toNanos();
      while (System.nanoTime() - deadline < 0) {
        for (ConsumerRecord<ByteBuffer, ByteBuffer> message : consumer.poll(POLL)) {
          return message.offset() == offset ? message.value() : null;
        }
      }
      return null;
    } catch (KafkaException e) {
      return null; // deleted, or no right to read: there is no picture then
    }
  }

  /**
   * A new assignment makes the client set up its meters anew, which takes longer than to read a
   * message; so partitions stay assigned, and all but one are paused.
   */
  private void turnTo(TopicPartition partition) {
    if (!consumer.assignment().contains(partition)) {
      Set<TopicPartition> more = new HashSet<>(consumer.assignment());
      more.add(partition);
      consumer.assign(more);
    }
    consumer.pause(consumer.assignment());
    consumer.resume(List.of(partition));
  }

  /**
   * Before a poll ends, the client asks for what follows the message it found: as many bytes again,
   * which nobody wants, and until they came, nothing else can be asked of that broker. Of paused
   * partitions it asks nothing, and this is the last of ours that it calls before.
   */
  private final class PausingDeserializer extends ByteBufferDeserializer {
    @Override
    public ByteBuffer deserialize(String topic, Headers headers, ByteBuffer value) {
      consumer.pause(consumer.assignment());
      return super.deserialize(topic, headers, value);
    }
  }

  @Override
  public synchronized void close() {
    consumer.close();
  }
}
