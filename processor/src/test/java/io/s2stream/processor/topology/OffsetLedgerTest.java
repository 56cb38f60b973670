package io.s2stream.processor.topology;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OffsetLedgerTest {
  private static final TopicPartition PARTITION = new TopicPartition("s2.frames", 3);
  private static final TopicPartition OTHER = new TopicPartition("s2.frames", 4);
  private static final Record<byte[], byte[]> RECORD = new Record<>(new byte[0], new byte[0], 0);

  private final OffsetLedger ledger = new OffsetLedger();
  private final InFlightQueue queue = new InFlightQueue(() -> 2);

  @Test
  void shouldLowerACommitToTheOldestRecordUnderWay() {
    // given
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.add(101, RECORD);

    // when
    Map<TopicPartition, OffsetAndMetadata> safe = ledger.lower(commit(PARTITION, 102));

    // then
    assertThat(safe).isEqualTo(commit(PARTITION, 100));
  }

  @Test
  void shouldKeepTheOffsetWhenEverythingIsForwarded() {
    // given
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.removeHead();

    // then
    assertThat(ledger.lower(commit(PARTITION, 102))).isEqualTo(commit(PARTITION, 102));
  }

  @Test
  void shouldNeverRaiseAnOffset() {
    // given
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);

    // then
    assertThat(ledger.lower(commit(PARTITION, 90))).isEqualTo(commit(PARTITION, 90));
  }

  @Test
  void shouldLeaveOtherPartitionsAndTheMetadataAlone() {
    // given
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    OffsetAndMetadata withMetadata = new OffsetAndMetadata(102, Optional.of(7), "time=5");

    // then
    assertThat(ledger.lower(Map.of(PARTITION, withMetadata)).get(PARTITION))
        .isEqualTo(new OffsetAndMetadata(100, Optional.empty(), "time=5"));
    assertThat(ledger.lower(commit(OTHER, 50))).isEqualTo(commit(OTHER, 50));
  }

  @Test
  void shouldStillHoldTheOffsetAfterTheTaskWasClosed() {
    // given
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    CompletableFuture<FeatureRecord> result = start(queue).result();

    // when Kafka Streams closes the processor before it commits
    queue.abandon();

    // then
    assertThat(ledger.lower(commit(PARTITION, 102))).isEqualTo(commit(PARTITION, 100));
    assertThat(result).isCancelled();
  }

  @Test
  void shouldStartAnewWhenThePartitionComesBack() {
    // given
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.abandon();

    // when
    InFlightQueue next = new InFlightQueue(() -> 2);
    ledger.track(PARTITION, next);
    next.add(101, RECORD);
    next.removeHead();

    // then
    assertThat(ledger.lower(commit(PARTITION, 102))).isEqualTo(commit(PARTITION, 102));
  }

  @Test
  void shouldCommitNothingForARevivedTaskUntilItsFirstRecordIsReadAgain() {
    // given a task that is revived, while Kafka Streams has its old offset in mind
    queue.add(100, RECORD);
    queue.abandon();
    InFlightQueue revived = new InFlightQueue(() -> 2);
    ledger.track(PARTITION, revived);

    // then
    assertThat(ledger.lower(commit(PARTITION, 102))).isEmpty();

    // when
    revived.add(99, RECORD);

    // then
    assertThat(ledger.lower(commit(PARTITION, 100))).isEqualTo(commit(PARTITION, 99));
  }

  @Test
  void shouldKeepThreadsApart() throws Exception {
    // given a queue of this thread
    ThreadLedgers ledgers = new ThreadLedgers();
    ledgers.ofThisThread().track(PARTITION, queue);
    queue.add(100, RECORD);

    // when another thread, which has the partition now, commits
    Map<TopicPartition, OffsetAndMetadata> safe =
        CompletableFuture.supplyAsync(
                () -> ledgers.ofThisThread().lower(commit(PARTITION, 200)),
                task -> new Thread(task).start())
            .get();

    // then
    assertThat(safe).isEqualTo(commit(PARTITION, 200));
    assertThat(ledgers.ofThisThread().lower(commit(PARTITION, 200)))
        .isEqualTo(commit(PARTITION, 100));
  }

  @Test
  void shouldRefuseATransactionThatHoldsResultsWithoutTheirOffset() {
    // given results of one partition in the open transaction
    InFlightQueue other = new InFlightQueue(() -> 2);
    ledger.track(PARTITION, queue);
    ledger.track(OTHER, other);
    other.add(10, RECORD);
    queue.add(100, RECORD);
    ledger.transactionBegan();
    ledger.sent(queue);

    // then
    assertThatThrownBy(() -> ledger.lowerInTransaction(commit(OTHER, 11)))
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("s2.frames-3");
    assertThat(ledger.lowerInTransaction(commit(PARTITION, 101))).isEqualTo(commit(PARTITION, 100));

    // when the next transaction holds nothing of it
    ledger.transactionBegan();

    // then
    assertThat(ledger.lowerInTransaction(commit(OTHER, 11))).isEqualTo(commit(OTHER, 10));
  }

  @Test
  void shouldCommitNothingForATaskWhoseResultsWentDownWithATransaction() {
    // given results of two tasks in a transaction that is given up, of which one is closed
    InFlightQueue closed = new InFlightQueue(() -> 2);
    ledger.track(PARTITION, queue);
    ledger.track(OTHER, closed);
    queue.add(100, RECORD);
    closed.add(10, RECORD);
    ledger.transactionBegan();
    ledger.sent(queue);
    ledger.sent(closed);
    queue.removeHead();
    closed.abandon();
    ledger.transactionAborted();

    // then the one that stays must not go on
    assertThat(queue.hasLost()).isTrue();
    assertThat(closed.hasLost()).isFalse();
    ledger.transactionBegan();
    assertThatThrownBy(() -> ledger.lowerInTransaction(commit(PARTITION, 101)))
        .isInstanceOf(CommitFailedException.class);
    assertThat(ledger.lowerInTransaction(commit(OTHER, 11))).isEqualTo(commit(OTHER, 10));
  }

  @Test
  void shouldSetTheConsumerBackWhenATaskIsBegunAgain() {
    // given a consumer that has kept its place behind records under way
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.assign(List.of(PARTITION));
    ledger.attached(consumer);
    consumer.seek(PARTITION, 100);
    ledger.track(PARTITION, queue);
    assertThat(consumer.position(PARTITION)).as("a first task").isEqualTo(100);
    queue.add(100, RECORD);
    consumer.seek(PARTITION, 150);

    // when nothing is committed yet
    ledger.track(PARTITION, new InFlightQueue(() -> 2));

    // then it goes back to what was read first
    assertThat(consumer.position(PARTITION)).isEqualTo(100);

    // and to the last commit where there is one, also if the task in between read nothing
    ledger.track(PARTITION, new InFlightQueue(() -> 2));
    assertThat(consumer.position(PARTITION)).isEqualTo(100);
    consumer.commitSync(commit(PARTITION, 120));
    consumer.seek(PARTITION, 150);
    ledger.track(PARTITION, new InFlightQueue(() -> 2));
    assertThat(consumer.position(PARTITION)).isEqualTo(120);
  }

  @Test
  void shouldRefuseToWorkWithAConsumerThatIsNotOurs() {
    ThreadLedgers ledgers = new ThreadLedgers();
    assertThatCode(ledgers::checkCommitsOfThisThread).doesNotThrowAnyException();

    ledgers.use();
    assertThatThrownBy(ledgers::checkCommitsOfThisThread).isInstanceOf(IllegalStateException.class);

    ledgers.ofThisThread().attached(new MockConsumer<>("earliest"));
    assertThatCode(ledgers::checkCommitsOfThisThread).doesNotThrowAnyException();
  }

  @Test
  void shouldStartNoMoreThanMayBeUnderWayAndHoldTheOffsetOfTheRest() {
    // given one more record than may be under way
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);
    queue.add(101, RECORD);
    queue.add(102, RECORD);
    start(queue);
    start(queue);

    // then
    assertThat(queue.nextToStart()).isNull();
    assertThat(ledger.full()).containsOnlyKeys(PARTITION);

    // when the oldest two are done
    queue.removeHead();
    queue.removeHead();

    // then the third, which was never started, still holds the offset
    assertThat(ledger.full()).isEmpty();
    assertThat(queue.head()).isNull();
    assertThat(ledger.lower(commit(PARTITION, 103))).isEqualTo(commit(PARTITION, 102));
    assertThat(start(queue).offset()).isEqualTo(102);
  }

  @Test
  void shouldTakeARecordOnceThatIsOfferedAgain() {
    queue.add(100, RECORD);
    queue.add(100, RECORD);
    start(queue);

    queue.removeHead();

    assertThat(queue.isEmpty()).isTrue();
  }

  private static InFlightQueue.Entry start(InFlightQueue queue) {
    InFlightQueue.Entry entry = Objects.requireNonNull(queue.nextToStart());
    queue.started(1);
    return entry;
  }

  private static Map<TopicPartition, OffsetAndMetadata> commit(
      TopicPartition partition, long offset) {
    return Map.of(partition, new OffsetAndMetadata(offset));
  }
}
