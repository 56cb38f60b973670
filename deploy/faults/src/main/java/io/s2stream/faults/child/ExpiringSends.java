package io.s2stream.faults.child;

import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka's producer give records up, with the answer that it gives when they expire, but
 * before they are in its buffer: what a partitioner throws inside {@code send()} reaches the caller
 * by the record's callback and future. Only records without a partition come to the partitioner;
 * the interceptor takes it from those that are to fail. Set as both.
 */
public final class ExpiringSends implements ProducerInterceptor<byte[], byte[]>, Partitioner {
  /** Kafka makes these by their class name, so the plan can't be handed over. */
  static volatile FaultPlan faults = FaultPlan.parse("", 0);

  private static final ThreadLocal<Boolean> FAILING = ThreadLocal.withInitial(() -> false);

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    if (!faults.strikes(FaultPoint.SEND)) {
      return record;
    }
    FAILING.set(true);
    return new ProducerRecord<>(
        record.topic(), null, record.timestamp(), record.key(), record.value(), record.headers());
  }

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    if (FAILING.get()) {
      FAILING.set(false);
      throw new TimeoutException("put in: the record expired");
    }
    // As Kafka's own does for a record with a key.
    List<PartitionInfo> partitions = cluster.partitionsForTopic(topic);
    return Utils.toPositive(Utils.murmur2(keyBytes)) % partitions.size();
  }

  @Override
  public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {}

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void close() {}
}
