package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.s2stream.local.EmbeddedBroker;
import io.s2stream.processor.topology.HeldSetup.Fault;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.TaskId;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Partitions move between threads and clients while frames are under way. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RebalanceIT {
  private static final int TASKS = 6;
  private static final int STEP = 100;

  private EmbeddedBroker broker;

  @BeforeAll
  void startBroker() throws Exception {
    broker = EmbeddedBroker.start(HeldApplication.QUICK_GROUPS);
  }

  @AfterAll
  void stopBroker() {
    broker.close();
  }

  @EachGuaranteeAndProtocol
  void shouldLoseNothingWhilePartitionsMove(String guarantee, String protocol) throws Exception {
    OrderCheck check = new OrderCheck();
    try (HeldApplication first =
        HeldApplication.start(broker, HeldSetup.of(guarantee, protocol).withTasks(TASKS, 24))) {
      // given more frames than the device gets done between two moves
      first.release(Duration.ofMillis(1));
      first.sendFrames(STEP);
      receive(first, check, TASKS * STEP / 2);

      // when partitions move to another thread of the process, to another client, and back
      assertThat(first.streams().addStreamThread()).isPresent();
      first.sendFrames(STEP);
      receive(first, check, TASKS * STEP);
      try (KafkaStreams second = first.newStreams()) {
        second.start();
        first.sendFrames(STEP);
        receive(first, check, 2 * TASKS * STEP);
        HeldApplication.close(second);
      }
      assertThat(first.streams().removeStreamThread()).isPresent();
      first.sendFrames(STEP);

      // then
      patiently()
          .until(
              () -> {
                first.pollInto(check);
                return check.complete(TASKS, 4 * STEP);
              });
      assertThat(check.disordered()).as(check.toString()).isZero();
      if (guarantee.equals("exactly_once_v2")) {
        assertThat(check.repeated()).as(check.toString()).isZero();
      }
    }
  }

  @EachGuaranteeAndProtocol
  void shouldNotLetAZombieCommit(String guarantee, String protocol) throws Exception {
    // given a thread that stands still in mid-work for longer than the group waits for it
    Fault stall = new Fault(0, 20, () -> LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(8)));
    OrderCheck check = new OrderCheck();
    try (HeldApplication zombie =
            HeldApplication.start(
                broker,
                HeldSetup.of(guarantee, protocol)
                    .withTasks(2, 8)
                    .withFault(stall)
                    .with("consumer.max.poll.interval.ms", 3_000));
        KafkaStreams successor = zombie.newStreams()) {
      zombie.release(Duration.ofMillis(1));
      zombie.sendFrames(STEP);
      patiently().until(stall::happened);

      // when another client takes its partitions and does the work, and it wakes up
      successor.start();
      patiently()
          .until(
              () -> {
                zombie.pollInto(check);
                return check.complete(2, STEP) && zombie.committed() == STEP;
              });

      // then what it does changes nothing
      zombie.sendFrames(STEP);
      patiently()
          .until(
              () -> {
                zombie.pollInto(check);
                return check.complete(2, 2 * STEP) && zombie.committed() == 2 * STEP;
              });
      assertThat(check.disordered()).as(check.toString()).isZero();
      if (guarantee.equals("exactly_once_v2")) {
        assertThat(check.repeated()).as(check.toString()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, STEP})
  void shouldBeginATaskAtItsLastCommitWhenTheGroupRebalancesWhileItIsRevived(int committed)
      throws Exception {
    // given a task that is closed when others of its frames were read, to be begun again, and a
    // group that is quicker than that
    Fault corrupted = new Fault(0, committed, new TaskId(0, 0));
    QuickRebalance rebalance = new QuickRebalance();
    OrderCheck check = new OrderCheck();
    try (HeldApplication application =
        HeldApplication.start(
            broker,
            HeldSetup.of("exactly_once_v2", "classic").withFault(corrupted).withHook(rebalance))) {
      application.release(Duration.ofMillis(1));
      if (committed > 0) {
        application.sendFrames(committed);
        patiently().until(() -> application.committed() == committed);
      }

      // when
      application.sendFrames(STEP);
      patiently()
          .until(
              () -> {
                application.pollInto(check);
                return check.complete(1, committed + STEP);
              });

      // then nothing was passed over
      assertThat(rebalance.rebalances()).isPositive();
      assertThat(check.disordered()).as(check.toString()).isZero();
      assertThat(check.repeated()).as(check.toString()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldLeaveLagInKafkaAndStayInTheGroupWhileTheDeviceIsSlow(String protocol)
      throws Exception {
    // given a device that does nothing for longer than a member may stay away from polling
    int inFlight = 10;
    AtomicLong read = new AtomicLong();
    try (HeldApplication held =
        HeldApplication.start(
            broker,
            HeldSetup.of("at_least_once", protocol)
                .withTasks(1, inFlight)
                .with("consumer.max.poll.interval.ms", 3_000)
                .with("consumer.interceptor.classes", CountedReads.class.getName())
                .with(CountedReads.COUNTER, read))) {
      held.sendFrames(20 * STEP);
      held.receive(HeldApplication.HELD_FROM);

      // then no more is read than may be under way and Kafka Streams buffers, and nothing fails
      await()
          .during(Duration.ofMillis(4_500))
          .atMost(Duration.ofSeconds(30))
          .until(() -> read.get() <= inFlight + 2 * 16 + HeldApplication.HELD_FROM);
      assertThat(read.get()).isGreaterThanOrEqualTo(inFlight);
      assertThat(held.threadFailures()).isZero();
      assertThat(held.streams().state()).isEqualTo(KafkaStreams.State.RUNNING);

      // when the device goes on, then everything comes, none twice: the group never lost the member
      held.release();
      OrderCheck check = new OrderCheck();
      patiently()
          .until(
              () -> {
                held.pollInto(check);
                return check.records() == 20 * STEP - HeldApplication.HELD_FROM;
              });
      assertThat(check.repeated()).isZero();
    }
  }

  @EachGuaranteeAndProtocol
  void shouldReadTheFramesAgainAfterTheDeviceHung(String guarantee, String protocol)
      throws Exception {
    // given a device that hangs for longer than it may
    try (HeldApplication hung =
        HeldApplication.start(
            broker, HeldSetup.of(guarantee, protocol).withForwardTimeout(Duration.ofSeconds(1)))) {
      hung.sendFrames(HeldApplication.HELD_FROM);
      patiently().until(() -> hung.committed() == HeldApplication.HELD_FROM);
      hung.sendFrames(10 - HeldApplication.HELD_FROM);
      patiently().until(() -> hung.threadFailures() > 0);
      assertThat(hung.committed()).isEqualTo(HeldApplication.HELD_FROM);

      // when it comes back
      hung.release();

      // then each frame comes
      OrderCheck check = new OrderCheck();
      patiently()
          .until(
              () -> {
                hung.pollInto(check);
                return check.complete(1, 10);
              });
      if (guarantee.equals("exactly_once_v2")) {
        assertThat(check.repeated()).as(check.toString()).isZero();
      }
    }
  }

  private static void receive(HeldApplication application, OrderCheck check, long records) {
    patiently()
        .until(
            () -> {
              application.pollInto(check);
              return check.records() - check.repeated() >= records;
            });
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60)).dontCatchUncaughtExceptions();
  }
}
