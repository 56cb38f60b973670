package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's producer. Its transactions commit no offset past a frame that is under way;
 * without transactions, nothing follows a record that could not be sent.
 *
 * <p>Order under at-least-once rests on three things here. The first record to a partition is sent
 * alone ({@link FirstSends}). After that the partition's leader takes nothing but the next number
 * of this producer, so no record can pass another, several requests under way or not. And at the
 * first failure the producer is closed from within the callback, on the sending thread itself,
 * before that can give what is behind the record new numbers: it is never sent.
 */
final class LedgerProducer extends KafkaProducer<byte[], byte[]> {
  private final boolean transactional;
  private final ThreadLedgers ledgers;
  private final SentRecords sent;
  private final FirstSends firsts = new FirstSends(System::nanoTime);

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
    Future<RecordMetadata> result =
        super.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                firsts.acknowledged(topic, metadata.partition());
                sent.acknowledged(topic, timestamp == null ? metadata.timestamp() : timestamp);
              } else if (fuse != null && fuse.blow(failure)) {
                close(Duration.ZERO);
              }
              if (callback != null) {
                callback.onCompletion(metadata, failure);
              }
            });
    if (firsts.isFirst(record)) {
      ledgers.ofThisThread().waitedForASend();
      await(result);
    }
    return result;
  }

  /** Until the record is acknowledged or has failed, of which the callback then knows. */
  private static void await(Future<RecordMetadata> result) {
    try {
      RecordMetadata unused = result.get();
    } catch (ExecutionException e) {
      // The callback was told.
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
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
    OffsetLedger ledger = ledgers.ofThisThread();
    Map<TopicPartition, OffsetAndMetadata> safe = ledger.lowerInTransaction(offsets);
    // Otherwise the transaction is empty, and ends without a word to the brokers.
    if (ledger.isSentInTransaction() || ledger.isNews(safe)) {
      ledger.commitBegins();
      super.sendOffsetsToTransaction(safe, group);
    }
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    ledgers.ofThisThread().transactionCommitted();
  }
}
