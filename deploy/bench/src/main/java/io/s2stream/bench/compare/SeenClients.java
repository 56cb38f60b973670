package io.s2stream.bench.compare;

import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Remembers with which properties the processor's clients are made, for a peer that gets the same.
 */
final class SeenClients implements KafkaClientSupplier {
  private final KafkaClientSupplier clients;
  private final Map<String, Object> consumer;
  private final Map<String, Object> producer;

  /**
   * @param consumer gets the consumer's properties, in place of what it has
   * @param producer gets the producer's
   */
  SeenClients(
      KafkaClientSupplier clients, Map<String, Object> consumer, Map<String, Object> producer) {
    this.clients = clients;
    this.consumer = consumer;
    this.producer = producer;
    consumer.clear();
    producer.clear();
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    consumer.putAll(config);
    return clients.getConsumer(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    producer.putAll(config);
    return clients.getProducer(config);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return clients.getAdmin(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return clients.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return clients.getGlobalConsumer(config);
  }

  /** Those of a consumer's properties that don't belong to Kafka Streams' group. */
  static Map<String, Object> ofPlainConsumer(Map<String, Object> seen, String group) {
    Map<String, Object> plain = new HashMap<>();
    ConsumerConfig.configNames().stream()
        .filter(seen::containsKey)
        .forEach(key -> plain.put(key, seen.get(key)));
    plain.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
    plain.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    plain.remove(ConsumerConfig.CLIENT_ID_CONFIG);
    plain.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    return plain;
  }

  /** Those of a producer's properties that are not about transactions. */
  static Map<String, Object> ofPlainProducer(Map<String, Object> seen) {
    Map<String, Object> plain = new HashMap<>();
    ProducerConfig.configNames().stream()
        .filter(seen::containsKey)
        .forEach(key -> plain.put(key, seen.get(key)));
    plain.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    plain.remove(ProducerConfig.CLIENT_ID_CONFIG);
    return plain;
  }
}
