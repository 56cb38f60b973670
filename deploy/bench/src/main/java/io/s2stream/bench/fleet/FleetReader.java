package io.s2stream.bench.fleet;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads all features as a subscriber does and holds each stream to its order. One thread. */
final class FleetReader implements AutoCloseable {
  private final KafkaConsumer<String, FeatureRecord> consumer;
  private final Map<String, Long> next = new HashMap<>();
  private final long[] perPartition;
  private long frames;
  private long disordered;

  FleetReader(Map<String, String> kafka, String topic, int partitions) {
    S2AvroDeserializer<FeatureRecord> values = new S2AvroDeserializer<>(FeatureRecord.class);
    values.configure(kafka, false);
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put("isolation.level", "read_committed");
    properties.put("fetch.max.bytes", 16 << 20);
    consumer = new KafkaConsumer<>(properties, new StringDeserializer(), values);
    perPartition = new long[partitions];
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** Takes what there is. */
  void poll() {
    for (ConsumerRecord<String, FeatureRecord> record : consumer.poll(Duration.ofMillis(100))) {
      for (FrameInfo frame : record.value().getFrames()) {
        long expected = next.getOrDefault(record.key(), 0L);
        if (frame.getIndex() != expected) {
          disordered++;
        }
        next.put(record.key(), frame.getIndex() + 1);
        perPartition[record.partition()]++;
        frames++;
      }
    }
  }

  long frames() {
    return frames;
  }

  long disordered() {
    return disordered;
  }

  /** Frames of the fullest partition over the mean of all. */
  double fullestPartition() {
    long most = Arrays.stream(perPartition).max().orElse(0);
    return most * (double) perPartition.length / Math.max(1, frames);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
