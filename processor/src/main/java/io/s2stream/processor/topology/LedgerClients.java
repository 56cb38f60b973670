package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives Kafka Streams its clients, with every commit of offsets going through the {@link
 * OffsetLedger}: by the consumer under at-least-once, by the producer's transaction under
 * exactly-once.
 *
 * <p>Kafka Streams makes the main consumer of the {@code streams} group protocol itself, past this
 * supplier; with at-least-once the ledger would be blind there, so the configuration refuses that
 * pair.
 */
final class LedgerClients implements KafkaClientSupplier {
  private final OffsetLedger ledger;

  LedgerClients(OffsetLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new LedgerProducer(config, ledger);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new LedgerConsumer(config, ledger);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }

  private static final class LedgerConsumer extends KafkaConsumer<byte[], byte[]> {
    private final OffsetLedger ledger;

    LedgerConsumer(Map<String, Object> config, OffsetLedger ledger) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.ledger = ledger;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      super.commitSync(safe(offsets));
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      super.commitSync(safe(offsets), timeout);
    }

    @Override
    public void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
      super.commitAsync(safe(offsets), callback);
    }

    private Map<TopicPartition, OffsetAndMetadata> safe(
        Map<TopicPartition, OffsetAndMetadata> offsets) {
      ledger.fuse().check();
      return ledger.lower(offsets);
    }
  }

  private static final class LedgerProducer extends KafkaProducer<byte[], byte[]> {
    private final OffsetLedger ledger;

    LedgerProducer(Map<String, Object> config, OffsetLedger ledger) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.ledger = ledger;
    }

    @Override
    public Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      SendFuse fuse = ledger.fuse(); // of the stream thread; the callback runs on the producer's
      return super.send(
          record,
          (metadata, failure) -> {
            if (failure != null) {
              fuse.blow(failure);
            }
            if (callback != null) {
              callback.onCompletion(metadata, failure);
            }
          });
    }

    @Override
    public void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
      super.sendOffsetsToTransaction(ledger.lower(offsets), group);
    }
  }
}
