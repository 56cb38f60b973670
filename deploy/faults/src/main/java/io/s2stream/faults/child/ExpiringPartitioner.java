package io.s2stream.faults.child;

import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes Kafka's producer give records up, with the answer that it gives when they expire, but
 * before they are in its buffer: what a partitioner throws inside {@code send()} reaches the caller
 * by the record's callback and future. Where it doesn't fail it does what Kafka's own partitioner
 * does for a record with a key.
 */
public final class ExpiringPartitioner implements Partitioner {
  /** Kafka makes partitioners by their class name, so the plan can't be handed over. */
  static volatile FaultPlan faults = FaultPlan.parse("", 0);

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    if (faults.strikes(FaultPoint.SEND)) {
      throw new TimeoutException("put in: the record expired");
    }
    List<PartitionInfo> partitions = cluster.partitionsForTopic(topic);
    return Utils.toPositive(Utils.murmur2(keyBytes)) % partitions.size();
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void close() {}
}
