package io.s2stream.processor.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives Kafka Streams its clients, with every commit of offsets going through the {@link
 * OffsetLedger}: by the consumer under at-least-once, by the producer's transaction under
 * exactly-once.
 *
 * <p>The main consumer of the {@code streams} group protocol is made by Kafka Streams itself;
 * {@link StreamsGroupConsumer} is that one.
 */
final class LedgerClients implements KafkaClientSupplier {
  private final ThreadLedgers ledgers;
  private final @Nullable String instanceName;
  private final SentRecords sent;

  /**
   * @param instanceName takes the place of the process's random id in transactional ids, so that a
   *     restarted process ends the transactions of its predecessor at once; null to leave them
   * @param sent is told what the brokers acknowledged
   */
  LedgerClients(ThreadLedgers ledgers, @Nullable String instanceName, SentRecords sent) {
    this.ledgers = ledgers;
    this.instanceName = instanceName;
    this.sent = sent;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    ledgers.use();
    Object id = config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    if (id == null) {
      return new LedgerProducer(config, false, ledgers, sent);
    }
    Map<String, Object> named = new HashMap<>(config);
    named.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(id.toString()));
    return new LedgerProducer(named, true, ledgers, sent);
  }

  /** Kafka Streams' ids are application-process-thread; the process is a random UUID. */
  private String transactionalId(String ofKafkaStreams) {
    if (instanceName == null) {
      return ofKafkaStreams;
    }
    int thread = ofKafkaStreams.lastIndexOf('-');
    int uuid = thread - 36;
    // Throws if another version of Kafka Streams makes other ids.
    UUID unusedId = UUID.fromString(ofKafkaStreams.substring(uuid, thread));
    return ofKafkaStreams.substring(0, uuid) + instanceName + ofKafkaStreams.substring(thread);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new LedgerConsumer(config, ledgers);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }
}
