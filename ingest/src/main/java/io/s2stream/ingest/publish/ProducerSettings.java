package io.s2stream.ingest.publish;

import java.util.Map;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The producer properties ingest needs, under whatever the operator set; {@link ProducerSafety}
 * says which of them may not be changed.
 */
public final class ProducerSettings {

  private static final int MIN_REQUEST_BYTES = 1 << 20;
  private static final int MIN_BATCH_BYTES = 1 << 14; // Kafka's own default.
  private static final int RECORDS_IN_FLIGHT = 2;

  private ProducerSettings() {}

  /**
   * Returns properties for a producer of records of up to {@code maxRecordBytes}.
   *
   * @param maxInFlightBytes memory for records that are not acknowledged yet; raised to two records
   */
  public static Map<String, Object> of(
      KafkaSettings kafka, long maxRecordBytes, long maxInFlightBytes) {
    Map<String, Object> properties = kafka.producer();
    properties.putIfAbsent(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    properties.putIfAbsent(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, S2AvroSerializer.class);
    properties.putIfAbsent(ProducerConfig.ACKS_CONFIG, "all");
    properties.putIfAbsent(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // A broker that knows nothing of a producer yet takes any first sequence number: with more, a
    // record to a new topic that was refused once is overtaken, and is then refused for good.
    properties.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    // Measured: lz4 takes a sixth off photographic RGB24 and nothing off JPEG; drawn charts, which
    // shrink to a fifth, mislead. Not worth the time on all four sides.
    properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    int recordBytes = Math.toIntExact(maxRecordBytes);
    properties.putIfAbsent(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(MIN_REQUEST_BYTES, recordBytes));
    // The producer uses buffers of this size again; larger ones are made, and zeroed, for each
    // record.
    properties.putIfAbsent(
        ProducerConfig.BATCH_SIZE_CONFIG, Math.max(MIN_BATCH_BYTES, recordBytes));
    // With room for a second one, a record would wait for it.
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    // The system's choice. Kafka's 128 KiB hold a fifth of a raw frame: the rest is written in
    // pieces, one for each acknowledgement of the network's.
    properties.putIfAbsent(ProducerConfig.SEND_BUFFER_CONFIG, -1);
    properties.putIfAbsent(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Math.max(maxInFlightBytes, RECORDS_IN_FLIGHT * maxRecordBytes));
    // A full buffer or a broker that is away is back-pressure, not an error: files wait, and live
    // streams drop their oldest frames before the producer. A record that expired inside it would
    // leave a gap, since later ones are still delivered.
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    return properties;
  }
}
