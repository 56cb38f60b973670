package io.s2stream.faults.frames;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import io.s2stream.schemas.FeatureRecord;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Recounts every frame with a plain {@code read_committed} consumer and Avro's own reader: nothing
 * in here is code that it checks. Its own thread reads both topics from their beginning; all
 * methods may be called from any thread.
 */
public final class RecordChecker implements AutoCloseable {
  private static final int WIRE_HEADER_BYTES = 5; // a zero byte and the schema id

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final LongSupplier frames;
  private final String featuresTopic;
  private final KafkaConsumer<String, byte[]> consumer;
  private final GenericDatumReader<GenericRecord> reader =
      new GenericDatumReader<>(FeatureRecord.getClassSchema());
  private final Map<String, Integer> numbers = new HashMap<>();
  private final StreamTally[] tallies; // guarded by this
  private final Map<String, Integer> others = new HashMap<>(); // guarded by this
  private long wrong; // guarded by this
  private long deadLettered; // guarded by this
  private long messages; // guarded by this
  private final Map<TopicPartition, Long> read = new HashMap<>(); // next offsets; guarded by this
  private volatile @Nullable String failure;
  private final Thread thread = new Thread(this::run, "record-checker");

  /**
   * @param frames how many are sent in all; may fall while it runs
   * @param servers bootstrap servers on a link that no fault touches; the topics have as many
   *     partitions as the plan says
   */
  public RecordChecker(
      FramePlan plan,
      LongSupplier frames,
      String servers,
      String featuresTopic,
      String deadLetterTopic) {
    this.frames = frames;
    this.featuresTopic = featuresTopic;
    tallies = new StreamTally[plan.streams()];
    for (int stream = 0; stream < plan.streams(); stream++) {
      tallies[stream] = new StreamTally(plan.framesPerStream());
      numbers.put(FramePlan.streamId(stream), stream);
    }
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(featuresTopic, deadLetterTopic)) {
      // Not as partitionsFor() tells: of a topic that was just made it may know only a part.
      for (int partition = 0; partition < plan.partitions(); partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(100))) {
          accept(message);
        }
      }
    } catch (WakeupException e) {
      return; // Told to close.
    } catch (RuntimeException | IOException e) {
      failure = "the checker stopped: " + e;
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }

  private synchronized void accept(ConsumerRecord<String, byte[]> message) throws IOException {
    messages++;
    read.put(new TopicPartition(message.topic(), message.partition()), message.offset() + 1);
    Integer stream = numbers.get(message.key());
    if (stream == null) {
      others.merge("" + message.key(), 1, Integer::sum);
    } else if (message.topic().equals(featuresTopic)) {
      acceptFeatures(stream, read(message.value()));
    } else {
      deadLettered++;
    }
  }

  private GenericRecord read(byte[] value) throws IOException {
    return reader.read(
        null,
        DecoderFactory.get()
            .binaryDecoder(value, WIRE_HEADER_BYTES, value.length - WIRE_HEADER_BYTES, null));
  }

  private void acceptFeatures(int stream, GenericRecord record) {
    ByteBuffer data = (ByteBuffer) record.get("data");
    List<?> frames = (List<?>) record.get("frames");
    long first = (Long) record.get("first_frame_index");
    if (frames.isEmpty() || !FramePlan.streamId(stream).equals("" + record.get("stream_id"))) {
      wrong++;
      return;
    }
    int bytes = data.remaining() / frames.size();
    for (int i = 0; i < frames.size(); i++) {
      long index = (Long) ((GenericRecord) frames.get(i)).get("index");
      ByteBuffer features = data.slice(data.position() + i * bytes, bytes);
      if (index != first + i || !new FrameStamp(stream, index).matches(features)) {
        wrong++;
      }
      tallies[stream].add(index);
    }
  }

  /** What became of the frames so far; those that are still under way count as lost. */
  public synchronized Recount recount() {
    long distinct = 0;
    long duplicated = 0;
    long disordered = 0;
    long foreign = 0;
    for (StreamTally tally : tallies) {
      distinct += tally.distinct();
      duplicated += tally.duplicated();
      disordered += tally.disordered();
      foreign += tally.foreign();
    }
    long sent = frames.getAsLong();
    return new Recount(
        sent, sent - distinct, duplicated, disordered, wrong + foreign, deadLettered);
  }

  /** How often messages with keys that are no stream's came, in either topic, by key. */
  public synchronized Map<String, Integer> others() {
    return Map.copyOf(others);
  }

  /** Messages read so far, of both topics. */
  public synchronized long messages() {
    return messages;
  }

  /** Where it reads on, of partitions that had a message. */
  public synchronized Map<TopicPartition, Long> read() {
    return Map.copyOf(read);
  }

  /** Why it reads no more; null while it does. */
  public @Nullable String failure() {
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
