package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

import io.s2stream.local.EmbeddedBroker;
import io.s2stream.processor.topology.HeldSetup.Fault;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * No commit on a real broker may pass a frame that is under way. The control test, with Kafka
 * Streams' own clients in place of the ledger's, must see the fault that the ledger mends: if it
 * doesn't, this test has lost its teeth.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitSafetyIT {
  private static final int FRAMES = 10;
  private static final int HELD_FROM = HeldApplication.HELD_FROM;
  private static final Duration LONG = Duration.ofSeconds(40);

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
  void shouldNotCommitPastAFrameUnderWay(String guarantee, String protocol) throws Exception {
    try (HeldApplication held = HeldApplication.start(broker, HeldSetup.of(guarantee, protocol))) {
      // given frames 0 to 2 done, 3 held by the device, 4 to 9 behind it
      held.sendFrames(FRAMES);
      assertThat(held.receive(HELD_FROM)).containsExactly(0L, 1L, 2L);
      await().atMost(LONG).until(() -> held.committed() == HELD_FROM);

      // then the offset stands there for many commit intervals, of which the brokers are told
      // nothing: what they still write at first is of the commit before
      AtomicLong told = new AtomicLong();
      await()
          .during(Duration.ofSeconds(2))
          .atMost(LONG)
          .until(
              () -> {
                assertThat(held.committed()).isEqualTo(HELD_FROM);
                long now = held.brokersNotes();
                return told.getAndSet(now) == now;
              });

      // when the device goes on
      held.release();

      // then everything is forwarded and committed, without a new frame having to come
      assertThat(held.receive(FRAMES - HELD_FROM)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L);
      await().atMost(LONG).until(() -> held.committed() == FRAMES);
    }
  }

  @EachGuaranteeAndProtocol
  void shouldCommitPastFramesUnderWayWithoutTheLedger(String guarantee, String protocol)
      throws Exception {
    try (HeldApplication control =
        HeldApplication.start(broker, HeldSetup.of(guarantee, protocol).withoutLedger())) {
      control.sendFrames(FRAMES);
      assertThat(control.receive(HELD_FROM)).containsExactly(0L, 1L, 2L);

      // A crash now would lose the frames from 3 on.
      await().atMost(LONG).until(() -> control.committed() == FRAMES);
      control.release();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldCommitWhenNothingIsUnderWay(String protocol) throws Exception {
    // given a commit interval that is longer than this test may take
    try (HeldApplication held =
        HeldApplication.start(
            broker,
            HeldSetup.of("exactly_once_v2", protocol)
                .withTasks(2, 100)
                .with("producer.transaction.timeout.ms", 600_000)
                .with("commit.interval.ms", 600_000))) {
      held.release();

      // when the frames of all tasks are done
      held.sendFrames(FRAMES);

      // then their features can be read, though only those of committed transactions can
      assertThat(held.receive(2 * FRAMES)).hasSize(2 * FRAMES);
      await().atMost(LONG).until(() -> held.committed() == FRAMES);

      // and those of a frame that comes alone
      held.sendFrames(1);
      assertThat(held.receive(2)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldHandUnfinishedFramesToTheNextOwnerWhenClosed(String protocol) throws Exception {
    try (HeldApplication first =
        HeldApplication.start(broker, HeldSetup.of("exactly_once_v2", protocol))) {
      // given a processor that is closed while frames are under way
      first.sendFrames(FRAMES);
      assertThat(first.receive(HELD_FROM)).containsExactly(0L, 1L, 2L);
      first.closeStreams();
      assertThat(first.committed()).isEqualTo(HELD_FROM);

      // when another takes over
      first.release();
      try (KafkaStreams next = first.newStreams()) {
        next.start();

        // then it has the rest, once and in order
        assertThat(first.receive(FRAMES - HELD_FROM)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldNotCommitPastFramesOfARevivedTask(String protocol) throws Exception {
    // given a task that is closed and revived in mid-work, while Kafka Streams remembers how far it
    // had read
    Fault fault = new Fault(0, 1, new TaskId(0, 0));
    try (HeldApplication revived =
        HeldApplication.start(broker, HeldSetup.of("exactly_once_v2", protocol).withFault(fault))) {
      revived.sendFrames(FRAMES);
      await().atMost(LONG).until(fault::happened);

      // then its commits respect the frames that it has to read again
      await()
          .during(Duration.ofSeconds(3))
          .atMost(LONG)
          .until(() -> revived.committed() <= HELD_FROM);
      revived.release();
      await().atMost(LONG).until(() -> revived.committed() == FRAMES);
      // and nothing comes twice, though Kafka Streams would have committed the transaction with the
      // task's records and without its offset
      assertThat(revived.receive(FRAMES)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldLoseNothingWhenAnotherTasksTroubleSurfacesInThisOne(String protocol) throws Exception {
    // given two tasks of one thread, at-least-once, and trouble of the second thrown in the first
    // one's forward
    Fault fault = new Fault(0, 4, new TaskId(0, 1));
    try (HeldApplication application =
        HeldApplication.start(
            broker, HeldSetup.of("at_least_once", protocol).withTasks(2, 2).withFault(fault))) {
      application.release();

      // when
      application.sendFrames(FRAMES);
      Set<Long> received = new TreeSet<>();
      await()
          .atMost(LONG)
          .until(() -> received.addAll(application.poll()) && received.size() == 2 * FRAMES);

      // then
      assertThat(fault.happened()).isTrue();
      assertThat(received).hasSize(2 * FRAMES);
    }
  }
}
