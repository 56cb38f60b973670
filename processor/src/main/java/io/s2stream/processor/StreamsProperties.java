package io.s2stream.processor;

import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The Kafka Streams properties of a configuration: ours where they matter, the operator's over
 * them.
 */
final class StreamsProperties {
  private static final long MIN_BUFFER_BYTES = 32L << 20;

  private StreamsProperties() {}

  /**
   * @param maxRecordBytes the largest record that is read or written
   */
  static Properties of(ProcessorConfig config, int maxRecordBytes) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.guarantee().kafkaName());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streamThreads());
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // A finished result is forwarded between two polls; the default of 100 ms would be added to the
    // latency.
    properties.put(StreamsConfig.POLL_MS_CONFIG, 5);
    // These two count records, not bytes; at megabytes a record the defaults (1,000 each) would
    // fill any heap.
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, config.maxInFlight());
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), config.maxInFlight());
    // Frames that were there before the processor first started are to be processed too.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), maxRecordBytes);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
        Math.max(MIN_BUFFER_BYTES, 4L * maxRecordBytes));
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    // A transaction is open while process() waits for the oldest result, so it must outlive that
    // wait; but not for
    // long, since after a crash the partitions' next owner waits until the broker ends it.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        Math.toIntExact(config.forwardTimeout().plusSeconds(10).toMillis()));
    // There is no global thread here; this only ends a warning at each start.
    properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
    properties.putAll(config.kafka().streams());
    return properties;
  }
}
