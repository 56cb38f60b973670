package io.s2stream.processor.topology;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.s2stream.local.EmbeddedBroker;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sends that fail, alone and in bursts, lose nothing and keep the order: at each point of the topic
 * a record has come only after all before it came. Four tasks share one thread and its producer.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailedSendsIT {
  private static final int TASKS = 4;

  /** Failures and stalls come with them: 1,000 for twice as many. */
  private static final int PER_TASK = Integer.getInteger("failed.sends.per.task", 500);

  private static final int STALLS = Math.max(2, PER_TASK / 300);

  private StallingLink link;
  private EmbeddedBroker broker;

  @BeforeAll
  void startBroker(@TempDir Path storage) throws Exception {
    int port = EmbeddedBroker.freePort();
    link = new StallingLink(port);
    Map<String, String> settings = new HashMap<>(HeldApplication.QUICK_GROUPS);
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + link.port());
    broker = EmbeddedBroker.start(storage, port, settings);
  }

  @AfterAll
  void stopBroker() throws Exception {
    link.close();
    broker.close();
  }

  @EachGuaranteeAndProtocol
  void shouldLoseNothingAndKeepTheOrderWhenSendsFail(String guarantee, String protocol)
      throws Exception {
    // given sends to several topics that expire or are refused now and then
    FailingSends.Plan plan = new FailingSends.Plan(800, 2 * HeldApplication.MAX_MESSAGE_BYTES);
    try (HeldApplication application =
        HeldApplication.start(
            broker, failing(setup(guarantee, protocol).withTopicPerStream(), plan))) {
      application.release();

      // when
      application.sendFrames(PER_TASK);
      OrderCheck check = receiveAll(application);

      // then
      assertThat(plan.failed()).isPositive();
      assertThat(check.disordered()).as(check.toString()).isZero();
      if (guarantee.equals("exactly_once_v2")) {
        assertThat(check.repeated()).as(check.toString()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldSeeDisorderWithKafkaStreamsOwnClients(String protocol) throws Exception {
    // given the same failures, but more of them: not each leads to disorder
    FailingSends.Plan plan = new FailingSends.Plan(80, 2 * HeldApplication.MAX_MESSAGE_BYTES);
    try (HeldApplication control =
        HeldApplication.start(
            broker, failing(setup("at_least_once", protocol).withoutLedger(), plan))) {
      control.release();
      control.sendFrames(PER_TASK);
      OrderCheck check = new OrderCheck();

      // then the check sees it
      patiently()
          .until(
              () -> {
                control.pollInto(check);
                return check.disordered() > 0;
              });
    }
  }

  @EachGuaranteeAndProtocol
  void shouldLoseNothingAndKeepTheOrderWhenTheLinkStandsStill(String guarantee, String protocol)
      throws Exception {
    // given sends that expire after a second and a half
    try (HeldApplication application =
        HeldApplication.start(
            broker,
            setup(guarantee, protocol)
                .with("producer.request.timeout.ms", 1_000)
                .with("producer.delivery.timeout.ms", 1_500))) {
      // A device that takes its time, so that frames are under way whenever the link stops.
      application.release(Duration.ofMillis(1));
      application.sendFrames(PER_TASK);
      OrderCheck check = new OrderCheck();

      // when the link stands still for longer, several times in mid-stream
      for (int part = 1; part <= STALLS; part++) {
        long until = part * TASKS * PER_TASK / (STALLS + 2);
        patiently()
            .until(
                () -> {
                  application.pollInto(check);
                  return check.records() - check.repeated() >= until;
                });
        link.stall();
        Thread.sleep(2_500); // the fault itself
        link.goOn();
      }
      receiveAll(application, check);

      // then
      assertThat(check.disordered()).as(check.toString()).isZero();
      if (guarantee.equals("exactly_once_v2")) {
        assertThat(check.repeated()).as(check.toString()).isZero();
      } else {
        assertThat(application.threadFailures()).isPositive();
      }
    }
  }

  private static HeldSetup setup(String guarantee, String protocol) {
    return HeldSetup.of(guarantee, protocol).withTasks(TASKS, 64);
  }

  private static HeldSetup failing(HeldSetup setup, FailingSends.Plan plan) {
    return setup
        .with("producer.interceptor.classes", FailingSends.class.getName())
        .with(FailingSends.PLAN, plan)
        .with("producer.max.block.ms", 500);
  }

  private static OrderCheck receiveAll(HeldApplication application) {
    OrderCheck check = new OrderCheck();
    receiveAll(application, check);
    return check;
  }

  private static void receiveAll(HeldApplication application, OrderCheck check) {
    patiently()
        .until(
            () -> {
              application.pollInto(check);
              return check.complete(TASKS, PER_TASK);
            });
  }

  /** Stream threads that fail are what the test is about. */
  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(120)).dontCatchUncaughtExceptions();
  }
}
