package io.s2stream.viewer.subscribe;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics as a subscriber that leaves no trace: {@code read_committed}, in no consumer group,
 * without commits. What the listener wants is read on and on, of the rest a sample. Owns a thread
 * and two clients.
 */
public final class Subscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Listener listener;
  private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
  private final PartitionSearch search;
  private final Reading reading;
  private final Thread thread;
  private Map<TopicPartition, Long> lost = Map.of(); // of the thread
  private volatile boolean closed;

  /** Gets what is read; called by the subscription's thread. */
  public interface Listener {
    /**
     * @param message a view of what the brokers sent, which holds more than it: not to be kept
     * @param live whether the record was read as soon as it was there
     */
    void onRecord(ConsumerRecord<ByteBuffer, ByteBuffer> message, boolean live);

    /** Whether all of a partition is to be read. */
    boolean wants(TopicPartition partition);

    /** Whether the end of a partition is to be read once more; true once for each reason. */
    boolean wantsAgain(TopicPartition partition);

    /** A partition begins anew, as its topic was deleted and made again. */
    void onAnew(TopicPartition partition);

    /** Counts up whenever {@link #wants} may have changed. */
    long wishes();
  }

  private Subscription(
      KafkaSettings kafka,
      ReadTopics topics,
      Duration sampleInterval,
      long sampleBytes,
      Listener listener) {
    this.listener = listener;
    this.consumer =
        new KafkaConsumer<>(
            settings(kafka, sampleBytes),
            new ByteBufferDeserializer(),
            new ByteBufferDeserializer());
    this.search = new PartitionSearch(kafka, topics);
    this.reading = new Reading(consumer, search::partitions, sampleInterval, sampleBytes);
    this.thread = new Thread(this::run, "s2-viewer-subscription");
    thread.setDaemon(true);
  }

  /**
   * Starts to read; topics that aren't there yet are waited for.
   *
   * @param sampleBytes read of partitions that aren't wanted, all together, each interval
   * @throws KafkaException if the client refuses its settings
   */
  public static Subscription start(
      KafkaSettings kafka,
      ReadTopics topics,
      Duration sampleInterval,
      long sampleBytes,
      Listener listener) {
    Subscription subscription =
        new Subscription(kafka, topics, sampleInterval, sampleBytes, listener);
    subscription.thread.start();
    return subscription;
  }

  private static Map<String, Object> settings(KafkaSettings kafka, long sampleBytes) {
    Map<String, Object> config = new HashMap<>();
    // What is fetched at once is held in memory; a message that is larger comes all the same.
    config.put(
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int) Math.min(sampleBytes, Integer.MAX_VALUE));
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 64);
    config.putAll(subscriber(kafka));
    return config;
  }

  /** Consumer settings that change nothing on the brokers, whatever the operator set. */
  static Map<String, Object> subscriber(KafkaSettings kafka) {
    Map<String, Object> config = new HashMap<>(kafka.consumer());
    // As large as the system sees fit, so that a large message comes in few parts.
    config.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // we want to know
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return config;
  }

  private void run() {
    try (consumer;
        search) {
      while (!closed) {
        try {
          turn();
        } catch (WakeupException | InterruptException e) {
          return; // told to close
        } catch (OffsetOutOfRangeException e) {
          lost = e.offsetOutOfRangePartitions();
        } catch (KafkaException e) {
          LOG.warn("Reading failed, and goes on in {}: {}", PAUSE, e.toString());
          reading.doubt();
          Thread.sleep(PAUSE.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() throws InterruptedException {
    Map<TopicPartition, Long> positions = lost;
    lost = Map.of(); // where it fails, the next poll says so again
    if (!positions.isEmpty()) {
      reading.recover(positions, listener);
    }
    reading.look(listener);
    if (reading.isEmpty()) {
      Thread.sleep(POLL.toMillis());
      return;
    }
    for (ConsumerRecord<ByteBuffer, ByteBuffer> message : consumer.poll(POLL)) {
      boolean live = reading.isLive(message);
      listener.onRecord(message, live);
    }
    reading.rest();
  }

  /** Stops to read. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
