package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The poll itself is a function here, so that nothing depends on how long anything takes. */
class BackPressureTest {
  private static final TopicPartition FULL = new TopicPartition("s2.frames", 0);
  private static final TopicPartition IDLE = new TopicPartition("s2.frames", 1);
  private static final Record<byte[], byte[]> RECORD = new Record<>(new byte[0], new byte[0], 0);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration LONGEST_SLICE = Duration.ofMillis(20);

  private final OffsetLedger ledger = new OffsetLedger();
  private final InFlightQueue full = new InFlightQueue(() -> 1);
  private final InFlightQueue idle = new InFlightQueue(() -> 1);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final List<Duration> slices = new ArrayList<>();

  @BeforeEach
  void assign() {
    consumer.assign(List.of(FULL, IDLE));
    ledger.track(FULL, full);
    ledger.track(IDLE, idle);
  }

  @Test
  void shouldReadOnlyTheOthersWhileAPartitionIsFull() {
    // given
    startIn(full);

    // when
    poll(() -> assertThat(consumer.paused()).containsExactly(FULL));

    // then
    assertThat(slices).hasSize(1);
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldReadAllWhenNoneIsFull() {
    poll(() -> assertThat(consumer.paused()).isEmpty());
    assertThat(slices).containsExactly(LONG);
  }

  @Test
  void shouldLeaveAPartitionPausedThatKafkaStreamsHasPaused() {
    // given
    startIn(full);
    consumer.pause(List.of(FULL));

    // when
    poll(() -> {});

    // then
    assertThat(consumer.paused()).containsExactly(FULL);
  }

  @Test
  void shouldLeaveAPartitionPausedWhoseTaskWasClosedWithinThePoll() {
    // given
    startIn(full);

    // when it comes back with a new task, for which Kafka Streams has paused it
    poll(full::abandon);

    // then
    assertThat(consumer.paused()).containsExactly(FULL);
  }

  @Test
  void shouldNotTouchAPartitionThatWasTakenAwayWithinThePoll() {
    // given
    startIn(full);

    // then a consumer, which can't resume what it doesn't have, does not throw
    poll(() -> consumer.assign(List.of(IDLE)));
    assertThat(consumer.assignment()).containsExactly(IDLE);
  }

  @Test
  void shouldReadAPartitionOnWhenThePollFailed() {
    // given
    startIn(full);

    // when
    assertThatThrownBy(
            () ->
                poll(
                    () -> {
                      throw new IllegalStateException("put in");
                    }))
        .hasMessage("put in");

    // then
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldEndThePollWhenAResultIsThere() {
    // given: one of two that may be under way
    InFlightQueue queue = new InFlightQueue(() -> 2);
    ledger.track(IDLE, queue);
    InFlightQueue.Entry entry = startIn(queue);

    // when its result comes within the third slice, while no record does
    pollWithoutRecords(
        () -> {
          if (slices.size() == 3) {
            entry.result().complete(new FeatureRecord());
          }
        });

    // then
    assertThat(slices).hasSize(3);
    assertThat(slices).allMatch(slice -> slice.compareTo(LONGEST_SLICE) <= 0);

    // and as long as it isn't forwarded, what is there is taken without any waiting
    slices.clear();
    pollWithoutRecords(() -> {});
    assertThat(slices).containsExactly(Duration.ZERO);
  }

  @Test
  void shouldWaitOnlyShortlyWhenRecordsWaitForRoom() {
    // given two read, of which one may be under way
    startIn(full);
    full.add(101, RECORD);

    // when
    poll(() -> {});

    // then
    assertThat(slices).hasSize(1).allMatch(slice -> slice.compareTo(Duration.ofMillis(5)) <= 0);
  }

  @Test
  void shouldCommitAtOnceWhenNothingMoreWaits() {
    sendAResult(Duration.ZERO);
    assertThat(ledger.mayCommitEarly()).isTrue();
  }

  @Test
  void shouldOnlyLookForMoreWhenACommitIsDue() {
    // given
    sendAResult(Duration.ZERO);

    // when more comes all the same
    poll(() -> {});

    // then it comes first
    assertThat(slices).containsExactly(Duration.ofMillis(1));
    assertThat(ledger.mayCommitEarly()).isFalse();

    // and no commit is made until it has come to its processor
    pollWithoutRecords(() -> waitFor(Duration.ofMillis(5)));
    assertThat(ledger.mayCommitEarly()).isFalse();
    ledger.processed(IDLE, 7);
    assertThat(ledger.mayCommitEarly()).isTrue();
  }

  @Test
  void shouldNotWaitForARecordOfAPartitionThatWasTakenAway() {
    // given
    sendAResult(Duration.ZERO);
    poll(() -> {});

    // when
    consumer.assign(List.of(FULL));
    consumer.seek(FULL, 7);

    // then
    assertThat(ledger.mayCommitEarly()).isTrue();
  }

  @Test
  void shouldPollUntilTheCommitIsDueWhenTheLastOneIsTooNear() {
    // given
    sendAResult(Duration.ofMillis(4));
    ledger.commitBegins();

    // when
    poll(() -> {});

    // then not for the 5 ms that are the most
    assertThat(slices).hasSize(1).allMatch(slice -> slice.compareTo(Duration.ofMillis(4)) <= 0);
  }

  @Test
  void shouldNotPutOffAnEarlyCommitForOneThatSaysNothing() {
    // given
    sendAResult(Duration.ofMillis(10));
    waitFor(Duration.ofMillis(10));

    // when Kafka Streams commits a partition of which nothing was processed
    ledger.commit(Map.of(IDLE, new OffsetAndMetadata(7)), offsets -> {});

    // then
    assertThat(ledger.mayCommitEarly()).isTrue();
  }

  @Test
  void shouldAskForTheLagOncePerPoll() {
    // given
    sendAResult(Duration.ZERO);
    assertThat(ledger.mayCommitEarly()).isTrue();

    // when
    consumer.seek(IDLE, 6);

    // then
    assertThat(ledger.mayCommitEarly()).isTrue();
    pollWithoutRecords(() -> waitFor(Duration.ofMillis(5)));
    assertThat(ledger.mayCommitEarly()).isFalse();
  }

  @Test
  void shouldEndThePollWhenAPositionWentOnWithoutARecord() {
    // given the end of a transaction
    Map<TopicPartition, OffsetAndMetadata> next = Map.of(IDLE, new OffsetAndMetadata(8));
    ConsumerRecords<byte[], byte[]> none = new ConsumerRecords<>(Map.of(), next);

    // then Kafka Streams is told
    assertThat(poll(() -> {}, none)).isSameAs(none);
  }

  @Test
  void shouldWaitShortlyWhenAResultWaitsAndTheLastCommitIsTooNear() {
    sendAResult(LONG);
    assertThatNoCommitIsDue();
  }

  @Test
  void shouldWaitShortlyWhenAResultWaitsAndMoreWaitsInKafka() {
    sendAResult(Duration.ZERO);
    consumer.seek(IDLE, 6);
    assertThatNoCommitIsDue();
  }

  @Test
  void shouldWaitForRecordsAloneWhenTheResultsWentDownWithTheirTransaction() {
    // given
    sendAResult(Duration.ZERO);
    idle.abandon();
    ledger.transactionAborted();

    // when
    poll(() -> {});

    // then
    assertThat(slices).containsExactly(LONG);
  }

  /**
   * Sends a result that waits for its commit, with nothing more to read as far as is known.
   *
   * @param interval between its early commit and the one before
   */
  private void sendAResult(Duration interval) {
    ledger.commitsEarly(interval);
    consumer.updateEndOffsets(Map.of(FULL, 7L, IDLE, 7L));
    consumer.seek(FULL, 7);
    consumer.seek(IDLE, 7);
    ledger.attached(consumer);
    ledger.sent(idle);
  }

  /** Neither before a poll, nor when that finds nothing. */
  private void assertThatNoCommitIsDue() {
    poll(() -> {});
    assertThat(slices).containsExactly(Duration.ofMillis(5));
    pollWithoutRecords(() -> waitFor(Duration.ofMillis(5)));
    ledger.processed(IDLE, 7);
    assertThat(ledger.mayCommitEarly()).isFalse();
  }

  private static void waitFor(Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      Thread.onSpinWait();
    }
  }

  private static InFlightQueue.Entry startIn(InFlightQueue queue) {
    queue.add(100, RECORD);
    InFlightQueue.Entry entry = Objects.requireNonNull(queue.nextToStart());
    queue.started(1);
    return entry;
  }

  /** A poll that gives a record of the partition that isn't full, after this. */
  private void poll(Runnable within) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            IDLE.topic(),
            IDLE.partition(),
            7,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            new byte[0],
            new byte[0],
            new RecordHeaders(),
            Optional.empty());
    ConsumerRecords<byte[], byte[]> records =
        new ConsumerRecords<>(Map.of(IDLE, List.of(record)), Map.of());
    assertThat(poll(within, records)).isSameAs(records);
  }

  private void pollWithoutRecords(Runnable within) {
    assertThat(poll(within, ConsumerRecords.empty()).isEmpty()).isTrue();
  }

  private ConsumerRecords<byte[], byte[]> poll(
      Runnable within, ConsumerRecords<byte[], byte[]> records) {
    return BackPressure.poll(
        ledger,
        consumer,
        LONG,
        slice -> {
          slices.add(slice);
          assertThat(slices).hasSizeLessThan(10);
          within.run();
          return records;
        });
  }
}
