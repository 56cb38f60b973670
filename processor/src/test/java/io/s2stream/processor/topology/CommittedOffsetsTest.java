package io.s2stream.processor.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What an {@link OffsetLedger} remembers of its commits, so that none says what the brokers know.
 */
class CommittedOffsetsTest {
  private static final TopicPartition PARTITION = new TopicPartition("s2.frames", 3);
  private static final Record<byte[], byte[]> RECORD = new Record<>(new byte[0], new byte[0], 0);

  private final OffsetLedger ledger = new OffsetLedger();
  private final InFlightQueue queue = new InFlightQueue(() -> 2);

  @Test
  void shouldCommitOnlyWhatIsNews() {
    // given
    List<Map<TopicPartition, OffsetAndMetadata>> told = new ArrayList<>();
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);

    // when Kafka Streams commits again and again while the record is under way, and once it is done
    ledger.commit(commit(PARTITION, 101), told::add);
    ledger.commit(commit(PARTITION, 101), told::add);
    queue.removeHead();
    ledger.commit(commit(PARTITION, 101), told::add);
    ledger.commit(commit(PARTITION, 101), told::add);

    // then
    assertThat(told).containsExactly(commit(PARTITION, 100), commit(PARTITION, 101));
  }

  @Test
  void shouldCommitAgainWhatFailedToBeCommitted() {
    List<Map<TopicPartition, OffsetAndMetadata>> told = new ArrayList<>();
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.removeHead();
    assertThatThrownBy(
            () ->
                ledger.commit(
                    commit(PARTITION, 101),
                    offsets -> {
                      throw new CommitFailedException();
                    }))
        .isInstanceOf(CommitFailedException.class);

    ledger.commit(commit(PARTITION, 101), told::add);

    assertThat(told).containsExactly(commit(PARTITION, 101));
  }

  @Test
  void shouldForgetWhatWasCommittedWhenThePartitionComesBack() {
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.removeHead();
    ledger.commit(commit(PARTITION, 101), offsets -> {});

    ledger.track(PARTITION, queue);

    assertThat(ledger.isNews(commit(PARTITION, 101))).isTrue();
  }

  @Test
  void shouldRememberTheOffsetsOfCommittedTransactionsOnly() {
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.removeHead();

    ledger.transactionBegan();
    var unusedAborted = ledger.lowerInTransaction(commit(PARTITION, 101));
    ledger.transactionAborted();
    assertThat(ledger.isNews(commit(PARTITION, 101))).isTrue();

    ledger.transactionBegan();
    assertThat(ledger.isSentInTransaction()).isFalse();
    ledger.sent(queue);
    assertThat(ledger.isSentInTransaction()).isTrue();
    var unusedCommitted = ledger.lowerInTransaction(commit(PARTITION, 101));
    ledger.transactionCommitted();
    assertThat(ledger.isNews(commit(PARTITION, 101))).isFalse();
    assertThat(ledger.isNews(commit(PARTITION, 102))).isTrue();
  }

  private static Map<TopicPartition, OffsetAndMetadata> commit(
      TopicPartition partition, long offset) {
    return Map.of(partition, new OffsetAndMetadata(offset));
  }
}
