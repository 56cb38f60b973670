package io.s2stream.processor;

import java.util.Map;
import java.util.Properties;

import io.s2stream.processor.memory.MemoryBudget;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams properties of a configuration: our defaults, and the operator's over them. */
final class StreamsProperties {
  /**
   * It grows a socket's buffers with what goes through; Kafka's 64 and 128 KiB are for small
   * records.
   */
  private static final int SYSTEMS_CHOICE = -1;

  /**
   * How long a broker may hold a request that asks for partitions without news. There is one
   * request at a time for each broker, so a partition that was full when it was sent waits as long;
   * with Kafka's 500 ms one busy stream beside quiet ones stood still for that time again and
   * again.
   */
  private static final int FETCH_WAIT_MILLIS = 50;

  /** Small records, such as dead letters, take a whole buffer: it has to hold several. */
  private static final int LEAST_BUFFERS = 4;

  private final Map<String, Object> operator;
  private final Properties properties = new Properties();

  private StreamsProperties(Map<String, Object> operator) {
    this.operator = operator;
  }

  /**
   * @param usualMessageBytes the features of one frame
   * @param maxMessageBytes the largest message that is sent
   * @param memory whose limits the clients get
   */
  static Properties of(
      ProcessorConfig config, int usualMessageBytes, int maxMessageBytes, MemoryBudget memory) {
    StreamsProperties all = new StreamsProperties(config.kafka().streams());
    all.streams(config);
    all.consumer(config, memory);
    all.producer(usualMessageBytes, maxMessageBytes, memory);
    all.properties.putAll(all.operator);
    return all.properties;
  }

  private void streams(ProcessorConfig config) {
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.guarantee().kafkaName());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streamThreads());
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // Counts records, not bytes; at megabytes a record the default (1,000 a partition) would fill
    // any heap.
    properties.put(
        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, MemoryBudget.BUFFERED_RECORDS);
  }

  private void consumer(ProcessorConfig config, MemoryBudget memory) {
    consumer(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, memory.maxPartitionFetchBytes());
    consumer(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, memory.fetchMaxBytes());
    consumer(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
    consumer(ConsumerConfig.RECEIVE_BUFFER_CONFIG, SYSTEMS_CHOICE);
    consumer(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 16);
    // Frames that were there before the processor first started are to be processed too.
    consumer(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // The partitions of a killed processor, or of a failed thread, stand still for this long.
    consumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    consumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    if (config.instanceName() != null && !usesStreamsProtocol()) {
      // A process that comes back under its name gets its partitions back at once.
      consumer(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceName());
    }
  }

  private void producer(int usualMessageBytes, int maxMessageBytes, MemoryBudget memory) {
    producer(ProducerConfig.SEND_BUFFER_CONFIG, SYSTEMS_CHOICE);
    if (usualMessageBytes <= memory.producerBufferBytes() / LEAST_BUFFERS) {
      // The producer uses buffers of this size again; larger ones are made, and zeroed, for each
      // record.
      producer(ProducerConfig.BATCH_SIZE_CONFIG, usualMessageBytes);
    }
    producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
    producer(ProducerConfig.BUFFER_MEMORY_CONFIG, memory.producerBufferBytes());
    producer(ProducerConfig.LINGER_MS_CONFIG, 0);
    // As many as the brokers keep in order.
    producer(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
  }

  /** Under {@code streams} the broker knows no named members. */
  private boolean usesStreamsProtocol() {
    return "streams"
        .equalsIgnoreCase(String.valueOf(operator.get(StreamsConfig.GROUP_PROTOCOL_CONFIG)));
  }

  /** A key that the operator set for all clients wins over a default for one. */
  private void consumer(String key, Object value) {
    if (!operator.containsKey(key)) {
      properties.put(StreamsConfig.consumerPrefix(key), value);
    }
  }

  private void producer(String key, Object value) {
    if (!operator.containsKey(key)) {
      properties.put(StreamsConfig.producerPrefix(key), value);
    }
  }
}
