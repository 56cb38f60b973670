package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Map;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's main consumer under the {@code classic} group protocol: commits nothing past a
 * frame that is under way, and reads no more where enough is.
 */
final class LedgerConsumer extends KafkaConsumer<byte[], byte[]> {
  private final ThreadLedgers ledgers;

  LedgerConsumer(Map<String, Object> config, ThreadLedgers ledgers) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.ledgers = ledgers;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return BackPressure.poll(ledgers.ofThisThread(), this, timeout, super::poll);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    ledgers.ofThisThread().commit(offsets, super::commitSync);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    ledgers.ofThisThread().commit(offsets, safe -> super.commitSync(safe, timeout));
  }

  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    super.commitAsync(safe(offsets), callback);
  }

  /**
   * Leaves the group, whatever is asked for: the thread won't come back, and its partitions would
   * stand still until its session times out.
   */
  @Override
  public void close(CloseOptions options) {
    super.close(
        CloseOptions.timeout(options.timeout().orElse(Duration.ofSeconds(30)))
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  private Map<TopicPartition, OffsetAndMetadata> safe(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    OffsetLedger ledger = ledgers.ofThisThread();
    ledger.fuse().check();
    return ledger.lower(offsets);
  }
}
