package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's producer. Its transactions commit no offset past a frame that is under way;
 * without transactions, nothing follows a record that could not be sent.
 *
 * <p>Order under at-least-once rests on two things here. One request per connection is on its way
 * at a time ({@code max.in.flight.requests.per.connection=1}, see StreamsProperties), so no record
 * is ahead of one that is not acknowledged. And at the first failure the producer is closed from
 * within the callback, on the sending thread itself, before that can send the next batch: what is
 * still buffered is never sent.
 */
final class LedgerProducer extends KafkaProducer<byte[], byte[]> {
  private final boolean transactional;
  private final ThreadLedgers ledgers;
  private final SentRecords sent;

  LedgerProducer(
      Map<String, Object> config, boolean transactional, ThreadLedgers ledgers, SentRecords sent) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
    this.transactional = transactional;
    this.ledgers = ledgers;
    this.sent = sent;
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    // The callbacks may run on the producer's thread.
    SendFuse fuse = transactional ? null : ledgers.ofThisThread().fuse();
    if (fuse != null) {
      fuse.check();
    }
    String topic = record.topic(); // not the whole record: megabytes that would wait with it
    Long timestamp = record.timestamp();
    return super.send(
        record,
        (metadata, failure) -> {
          if (failure == null) {
            sent.acknowledged(topic, timestamp == null ? metadata.timestamp() : timestamp);
          } else if (fuse != null && fuse.blow(failure)) {
            close(Duration.ZERO);
          }
          if (callback != null) {
            callback.onCompletion(metadata, failure);
          }
        });
  }

  @Override
  public void beginTransaction() {
    super.beginTransaction();
    ledgers.ofThisThread().transactionBegan();
  }

  @Override
  public void abortTransaction() {
    ledgers.ofThisThread().transactionAborted();
    super.abortTransaction();
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    super.sendOffsetsToTransaction(ledgers.ofThisThread().lowerInTransaction(offsets), group);
  }
}
