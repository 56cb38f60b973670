package io.s2stream.local;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class TopicPreflightIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws IOException {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static TopicPreflight preflight(String servers, Duration timeout) throws TopicException {
    return TopicPreflight.connect(KafkaSettings.of(Map.of("bootstrap.servers", servers)), timeout);
  }

  private static CheckedTopic ensure(TopicSpec spec) throws Exception {
    try (TopicPreflight preflight = preflight(broker.bootstrapServers(), TIMEOUT)) {
      return preflight.ensure(spec);
    }
  }

  @Test
  void shouldTakeASmallTopicAsItIsWhenItIsOnlyRead() throws Exception {
    ensure(new TopicSpec("read", 1_000, -1, -1, true));

    try (TopicPreflight preflight = preflight(broker.bootstrapServers(), TIMEOUT)) {
      assertThat(preflight.ensurePresent(new TopicSpec("read", 3_500_000, 1, 1, true)).created())
          .isFalse();
      assertThat(preflight.ensurePresent(new TopicSpec("read-new", 3_500_000, 1, 1, true)))
          .isEqualTo(new CheckedTopic("read-new", 1, 4 << 20, true));
    }
  }

  @Test
  void shouldMakeATopicThatCarriesTheRecordsWhenItIsMissing() throws Exception {
    CheckedTopic made = ensure(new TopicSpec("made", 5_000_000, 3, -1, true));

    assertThat(made).isEqualTo(new CheckedTopic("made", 3, 5 << 20, true));
  }

  @Test
  void shouldAskAgainWhenABrokerHasNotHeardOfTheTopicYet() throws Exception {
    // given a client whose first question about limits goes to a broker that knows no such topic
    Admin real = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    AtomicInteger questions = new AtomicInteger();
    Admin behind =
        (Admin)
            Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("describeConfigs")
                      && questions.getAndIncrement() == 0) {
                    arguments[0] =
                        List.of(new ConfigResource(ConfigResource.Type.TOPIC, "not-heard-of"));
                  }
                  return method.invoke(real, arguments);
                });

    // when
    CheckedTopic made;
    try (TopicPreflight preflight =
        new TopicPreflight(behind, broker.bootstrapServers(), TIMEOUT)) {
      made = preflight.ensure(new TopicSpec("heard-of", 5_000_000, 1, -1, true));
    }

    // then
    assertThat(made).isEqualTo(new CheckedTopic("heard-of", 1, 5 << 20, true));
    assertThat(questions).hasValue(2);
  }

  @Test
  void shouldTakeTheTopicAsItIsWhenItIsLargeEnough() throws Exception {
    ensure(new TopicSpec("existing", 5_000_000, 2, 1, true));

    CheckedTopic found = ensure(new TopicSpec("existing", 4_000_000, 8, 3, false));

    assertThat(found).isEqualTo(new CheckedTopic("existing", 2, 5 << 20, false));
  }

  @Test
  void shouldGiveTheCommandWhenTheTopicIsTooSmall() throws Exception {
    ensure(new TopicSpec("small", 1_000, -1, -1, true));

    assertThatThrownBy(() -> ensure(new TopicSpec("small", 3_500_000, 1, 1, true)))
        .isInstanceOf(TopicException.class)
        .hasMessageContaining("takes messages of up to 1,048,588 bytes")
        .hasMessageContaining(
            "kafka-configs.sh --bootstrap-server "
                + broker.bootstrapServers()
                + " --alter --entity-type topics --entity-name small"
                + " --add-config max.message.bytes=4194304");
  }

  @Test
  void shouldGiveTheCommandWhenTheTopicIsMissingAndMustNotBeMade() {
    assertThatThrownBy(() -> ensure(new TopicSpec("absent", 3_500_000, 4, 3, false)))
        .isInstanceOf(TopicException.class)
        .hasMessageContaining("topic 'absent' does not exist")
        .hasMessageContaining(
            "kafka-topics.sh --bootstrap-server "
                + broker.bootstrapServers()
                + " --create --topic absent --partitions 4 --replication-factor 3"
                + " --config max.message.bytes=4194304");
  }

  @Test
  void shouldSayWhatTheBrokerRefused() {
    assertThatThrownBy(() -> ensure(new TopicSpec("wide", 1_000, 1, 3, true)))
        .isInstanceOf(TopicException.class)
        .hasMessageContaining("refused to create topic 'wide'")
        .hasMessageContaining("InvalidReplicationFactorException");
  }

  @Test
  void shouldNameTheServersAndTheReasonWhenNoBrokerAnswers() throws Exception {
    String servers = "127.0.0.1:" + EmbeddedBroker.freePort();
    try (TopicPreflight preflight = preflight(servers, Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> preflight.ensure(new TopicSpec("t", 1, 1, 1, true)))
          .isInstanceOf(TopicException.class)
          .hasMessageContaining("no Kafka broker answers at " + servers)
          .hasMessageContaining("Connection refused")
          .hasMessageContaining("Check that the broker runs");
    }
  }

  @Test
  void shouldTellASilentServerFromAMissingOne() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        TopicPreflight preflight =
            preflight("127.0.0.1:" + silent.getLocalPort(), Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> preflight.ensure(new TopicSpec("t", 1, 1, 1, true)))
          .isInstanceOf(TopicException.class)
          .hasMessageContaining("accepts connections but does not answer as a Kafka broker");
    }
  }

  @Test
  void shouldNameTheHostWhenItDoesNotResolve() {
    assertThatThrownBy(() -> preflight("no-such-host.invalid:9092", TIMEOUT))
        .isInstanceOf(TopicException.class)
        .hasMessageContaining("no-such-host.invalid:9092");
  }
}
