package io.s2stream.processor.topology;

import java.util.Optional;
import java.util.Set;

import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Sends features and dead letters to the partition with the number of that of their frames, as long
 * as there are that many: what is in order in the frames topic is in order in the features topic,
 * also when either gets more partitions while streams are under way.
 *
 * <p>Ingest places a new stream by the hash of its key, as any client of Kafka does, and keeps it
 * there; so until a topic grows, its features are where the hash of the key says as well.
 *
 * <p>Kafka Streams asks for the partition on the thread that forwards, and doesn't say of which
 * record it came; each thread notes it before it forwards.
 */
final class FramesPartition implements StreamPartitioner<byte[], byte[]> {
  private final ThreadLocal<Integer> ofFrames = new ThreadLocal<>();

  /** What this thread forwards next is of frames from this partition. */
  void forwarding(int partition) {
    ofFrames.set(partition);
  }

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, byte[] value, int numPartitions) {
    Integer partition = ofFrames.get();
    return partition == null ? Optional.empty() : Optional.of(Set.of(partition % numPartitions));
  }
}
