package io.s2stream.schemas.topics;

import java.util.Map;
import java.util.TreeMap;

import org.apache.kafka.common.config.TopicConfig;

/**
 * What a service needs of a topic.
 *
 * @param topic name of the topic
 * @param recordBytes size in bytes of the largest record's key and value, uncompressed
 * @param partitions number of partitions if the topic has to be made; -1: the broker's default
 * @param replicationFactor replicas if the topic has to be made; -1: the broker's default
 * @param create whether a missing topic is made; otherwise it is refused
 * @param compacted whether a topic that is made keeps the latest message of each key for ever,
 *     instead of all for a time
 */
public record TopicSpec(
    String topic,
    long recordBytes,
    int partitions,
    int replicationFactor,
    boolean create,
    boolean compacted) {

  /** Kafka's own default of {@code max.message.bytes}. */
  static final long DEFAULT_MESSAGE_BYTES = 1_048_588;

  // A record batch of one record has a header of 61 bytes and a few varints; headers of ours and
  // of tracing agents come on top.
  private static final long OVERHEAD_BYTES = 8 << 10;

  /** The largest record that a topic can be made for. */
  public static final long MAX_RECORD_BYTES = Integer.MAX_VALUE - OVERHEAD_BYTES;

  /** As the other, not compacted. */
  public TopicSpec(
      String topic, long recordBytes, int partitions, int replicationFactor, boolean create) {
    this(topic, recordBytes, partitions, replicationFactor, create, false);
  }

  public TopicSpec {
    if (topic.isBlank()) {
      throw new IllegalArgumentException("a topic needs a name");
    }
    if (recordBytes < 0 || recordBytes > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "no topic can carry records of "
              + recordBytes
              + " bytes: Kafka's limit is 2 GiB; lower the frames per record or the resolution");
    }
    if ((partitions < 1 && partitions != -1)
        || (replicationFactor < 1 && replicationFactor != -1)
        || replicationFactor > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "topic '"
              + topic
              + "': partitions and replication factor must be from 1, or -1 for the broker's default");
    }
  }

  /** Returns the same as a compacted topic. */
  public TopicSpec asCompacted() {
    return new TopicSpec(topic, recordBytes, partitions, replicationFactor, create, true);
  }

  /** Properties of a topic that is made. */
  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(limitToSet()));
    if (compacted) {
      properties.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    return properties;
  }

  /** Bytes that {@code max.message.bytes} has to allow: the record with Kafka's own overhead. */
  public long neededMessageBytes() {
    return recordBytes + OVERHEAD_BYTES;
  }

  /** The limit to set: the needed bytes rounded up to whole MiB, at least Kafka's default. */
  long limitToSet() {
    long mebibyte = 1 << 20;
    long rounded = (neededMessageBytes() + mebibyte - 1) / mebibyte * mebibyte;
    return Math.min(Integer.MAX_VALUE, Math.max(rounded, DEFAULT_MESSAGE_BYTES));
  }
}
