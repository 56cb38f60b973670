package io.s2stream.local.check;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to features and dead letters from their beginning, {@code read_committed}, and keeps
 * count of each stream. Its own thread reads; all methods may be called from any thread.
 */
public final class FeatureChecker implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String featuresTopic;
  private final String deadLetterTopic;
  private final KafkaConsumer<String, byte[]> consumer;
  private final S2AvroDeserializer<FeatureRecord> features =
      new S2AvroDeserializer<>(FeatureRecord.class);
  private final S2AvroDeserializer<FrameBatch> batches = new S2AvroDeserializer<>(FrameBatch.class);
  private final Thread thread;
  private final Map<String, StreamCheck> streams = new HashMap<>(); // guarded by this
  private final Map<String, Integer> deadLetterReasons = new TreeMap<>(); // guarded by this
  private @Nullable Instant firstFeatures; // guarded by this
  private @Nullable Instant lastFeatures; // guarded by this
  private @Nullable String failure; // guarded by this

  private FeatureChecker(KafkaSettings kafka, String featuresTopic, String deadLetterTopic) {
    this.featuresTopic = featuresTopic;
    this.deadLetterTopic = deadLetterTopic;
    Map<String, Object> config = kafka.consumer();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    features.configure(config, false);
    batches.configure(config, false);
    this.consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    this.thread = new Thread(this::run, "feature-checker");
    thread.setDaemon(true);
  }

  /**
   * Starts reading; the topics must be there.
   *
   * @throws KafkaException if the broker can't be reached
   */
  public static FeatureChecker start(
      KafkaSettings kafka, String featuresTopic, String deadLetterTopic) {
    FeatureChecker checker = new FeatureChecker(kafka, featuresTopic, deadLetterTopic);
    checker.assign();
    checker.thread.start();
    return checker;
  }

  private void assign() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(featuresTopic, deadLetterTopic)) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private void run() {
    try {
      while (true) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          accept(message);
        }
      }
    } catch (WakeupException e) {
      return; // Told to close.
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = "the checking subscriber stopped: " + e;
      }
    } finally {
      consumer.close();
    }
  }

  private synchronized void accept(ConsumerRecord<String, byte[]> message) {
    StreamCheck stream = streams.computeIfAbsent("" + message.key(), StreamCheck::new);
    try {
      if (message.topic().equals(featuresTopic)) {
        FeatureRecord record = features.deserialize(message.topic(), message.value());
        if (!record.getStreamId().equals(message.key())) {
          stream.fault("a record's key is not its stream id " + record.getStreamId());
        }
        Instant now = Instant.now();
        if (!record.getEndOfStream()) {
          firstFeatures = firstFeatures == null ? now : firstFeatures;
          lastFeatures = now;
        }
        stream.accept(record, ChronoUnit.MICROS.between(Instant.EPOCH, now));
      } else {
        acceptDeadLetter(stream, message);
      }
    } catch (SerializationException e) {
      stream.fault("unreadable message at " + place(message) + ": " + e.getMessage());
    }
  }

  private void acceptDeadLetter(StreamCheck stream, ConsumerRecord<String, byte[]> message) {
    deadLetterReasons.merge(
        header(message, DeadLetterHeaders.REASON)
            + " ("
            + header(message, DeadLetterHeaders.MESSAGE)
            + ")",
        1,
        Integer::sum);
    FrameBatch batch = batches.deserialize(message.topic(), message.value());
    for (Frame frame : batch.getFrames()) {
      stream.acceptDeadLetter(frame.getIndex());
    }
  }

  private static String header(ConsumerRecord<?, ?> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? "unknown" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String place(ConsumerRecord<?, ?> message) {
    return message.topic() + "-" + message.partition() + "@" + message.offset();
  }

  /** What has arrived of a stream so far. */
  public synchronized StreamCounts counts(String streamId) {
    StreamCheck stream = streams.get(streamId);
    return stream == null ? StreamCounts.NONE : stream.counts();
  }

  /** Number of dead-letter messages by reason. */
  public synchronized Map<String, Integer> deadLetterReasons() {
    return Map.copyOf(deadLetterReasons);
  }

  /** When the first features arrived; null before. */
  public synchronized @Nullable Instant firstFeatures() {
    return firstFeatures;
  }

  /** When the latest features arrived; null before. */
  public synchronized @Nullable Instant lastFeatures() {
    return lastFeatures;
  }

  /** Why the subscriber reads no more; null while it does. */
  public synchronized @Nullable String failure() {
    return failure;
  }

  /** Stops reading and closes the consumer. */
  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
