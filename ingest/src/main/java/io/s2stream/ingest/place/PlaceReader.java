package io.s2stream.ingest.place;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.StreamPlace;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads places, and the frames that were acknowledged after they were written. Reads without a
 * group and commits nothing. Not thread-safe.
 */
final class PlaceReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MAX_POLL_RECORDS = 50; // Frames are large.

  private final KafkaConsumer<String, byte[]> consumer;
  private final S2AvroDeserializer<SpecificRecord> values = new S2AvroDeserializer<>();

  PlaceReader(KafkaSettings kafka) {
    Map<String, Object> properties = kafka.consumer();
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    values.configure(properties, false);
    consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Returns the latest place of each of these streams that has one. */
  Map<String, StreamPlace> latest(String topic, Collection<String> ids) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<String, byte[]> latest = new HashMap<>();
    Map<TopicPartition, Long> from = new HashMap<>(consumer.beginningOffsets(partitions));
    readToEnd(
        from,
        record -> {
          if (ids.contains(record.key())) {
            latest.put(record.key(), record.value());
          }
        });
    Map<String, StreamPlace> places = new HashMap<>();
    latest.forEach(
        (id, bytes) -> {
          if (values.deserialize(topic, bytes) instanceof StreamPlace place) {
            places.put(id, place);
          }
        });
    return places;
  }

  /** Returns where the next record of a partition will be. */
  long end(TopicPartition partition) {
    return offset(consumer.endOffsets(List.of(partition)), partition);
  }

  /**
   * Moves places on over the records that were acknowledged after they were written. A place whose
   * records are no longer in the topic stays.
   */
  void catchUp(String topic, Collection<StreamPlace> places) {
    Map<String, StreamPlace> byId = new HashMap<>();
    Map<TopicPartition, Long> from = new HashMap<>();
    int count = consumer.partitionsFor(topic).size();
    for (StreamPlace place : places) {
      if (place.getPartition() >= count) {
        continue; // The topic was made anew.
      }
      byId.put(place.getStreamId(), place);
      from.merge(new TopicPartition(topic, place.getPartition()), place.getOffset(), Math::min);
    }
    Map<TopicPartition, Long> beginning = consumer.beginningOffsets(from.keySet());
    from.replaceAll((partition, offset) -> Math.max(offset, offset(beginning, partition)));
    readToEnd(
        from,
        record -> {
          StreamPlace place = byId.get(record.key());
          if (place != null
              && record.partition() == place.getPartition()
              && record.offset() >= place.getOffset()
              && values.deserialize(topic, record.value()) instanceof FrameBatch batch) {
            advance(place, record, batch);
          }
        });
  }

  private static void advance(
      StreamPlace place, ConsumerRecord<String, byte[]> record, FrameBatch batch) {
    place.setOffset(record.offset() + 1);
    place.setNextIndex(batch.getFirstFrameIndex() + batch.getFrames().size());
    place.setEnded(place.getEnded() || batch.getEndOfStream());
  }

  private void readToEnd(
      Map<TopicPartition, Long> from, Consumer<ConsumerRecord<String, byte[]>> each) {
    consumer.assign(from.keySet());
    Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
    from.forEach(
        (partition, offset) -> consumer.seek(partition, Math.min(offset, offset(ends, partition))));
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(each);
    }
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return Objects.requireNonNull(offsets.get(partition));
  }

  @Override
  public void close() {
    consumer.close();
    values.close();
  }
}
