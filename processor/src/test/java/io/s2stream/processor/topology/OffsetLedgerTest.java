package io.s2stream.processor.topology;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OffsetLedgerTest {
  private static final TopicPartition PARTITION = new TopicPartition("s2.frames", 3);
  private static final TopicPartition OTHER = new TopicPartition("s2.frames", 4);
  private static final Record<byte[], byte[]> RECORD = new Record<>(new byte[0], new byte[0], 0);

  private final OffsetLedger ledger = new OffsetLedger();
  private final InFlightQueue queue = new InFlightQueue();

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
    CompletableFuture<FeatureRecord> result = queue.add(100, RECORD).result();

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
    InFlightQueue next = new InFlightQueue();
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
    InFlightQueue revived = new InFlightQueue();
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
    ledger.track(PARTITION, queue);
    queue.add(100, RECORD);

    // when another thread, which has the partition now, commits
    Map<TopicPartition, OffsetAndMetadata> safe =
        CompletableFuture.supplyAsync(
                () -> ledger.lower(commit(PARTITION, 200)), task -> new Thread(task).start())
            .get();

    // then
    assertThat(safe).isEqualTo(commit(PARTITION, 200));
  }

  private static Map<TopicPartition, OffsetAndMetadata> commit(
      TopicPartition partition, long offset) {
    return Map.of(partition, new OffsetAndMetadata(offset));
  }
}
