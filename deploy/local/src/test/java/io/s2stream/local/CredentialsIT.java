package io.s2stream.local;

import java.nio.file.Path;
import java.util.Map;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.topics.TopicException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.local.ServiceProbe.awaitBody;
import static io.s2stream.local.ServiceProbe.sendAndReceive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A broker that asks for a password, refuses it at start, and refuses it later. */
@Timeout(180)
class CredentialsIT {
  private static final String PASSWORD = "right-one";

  @TempDir private Path folder;
  private int brokerPort;

  @BeforeEach
  void choosePort() throws Exception {
    brokerPort = EmbeddedBroker.freePort();
  }

  @Test
  void shouldEndAtOnceWhenTheBrokerRefusesThePasswordAtStartAndWaitWhenItDoesLater()
      throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      ProcessorConfig config = parse(registry, PASSWORD, PROCESSOR, ProcessorConfig.class);
      byte[] frame = new PoisonMessages(config.kafka(), 1).pixel((byte) 1);
      EmbeddedBroker broker = broker(PASSWORD);
      try {
        // given a wrong password, both services end with a message that says so
        assertRefused(
            () -> processor(parse(registry, "wrong", PROCESSOR, ProcessorConfig.class)).close());
        assertRefused(
            () -> IngestApp.start(parse(registry, "wrong", INGEST, IngestConfig.class)).close());

        // given the right one
        try (ProcessorApp processor = processor(config);
            IngestApp ingest =
                IngestApp.start(parse(registry, PASSWORD, INGEST, IngestConfig.class))) {
          awaitBody(processor.httpPort(), 200, "ready");
          awaitBody(ingest.httpPort(), 200, "ready");
          sendAndReceive(config.kafka(), frame, 1);

          // when it is no longer the right one, both say so and wait
          broker.close();
          broker = broker("changed");
          awaitBody(processor.httpPort(), 503, "Authentication failed");
          awaitBody(ingest.httpPort(), 503, "Authentication failed");

          // then both go on once it is
          broker.close();
          broker = broker(PASSWORD);
          awaitBody(processor.httpPort(), 200, "ready");
          awaitBody(ingest.httpPort(), 200, "ready");
          sendAndReceive(config.kafka(), frame, 2);
          assertThat(processor.failure()).isNull();
        }
      } finally {
        broker.close();
      }
    }
  }

  private static final String PROCESSOR = "tower: {model-dir: unused}, http: {port: 0}";
  private static final String INGEST =
      "image-size: [32], http: {port: 0}, streams-api: {port: 0}, streams: []";

  private static void assertRefused(ThrowingCallable start) {
    assertThatThrownBy(start)
        .isInstanceOfSatisfying(TopicException.class, e -> assertThat(e.isUnreachable()).isFalse())
        .hasMessageContaining("Authentication failed");
  }

  /** A broker whose one user has this password. */
  private EmbeddedBroker broker(String password) throws Exception {
    return EmbeddedBroker.start(
        folder,
        brokerPort,
        Map.of(
            "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms", "PLAIN",
            "sasl.mechanism.inter.broker.protocol", "PLAIN",
            "listener.name.plaintext.plain.sasl.jaas.config",
                login("broker", "of-the-broker")
                    .replace(";", " user_broker='of-the-broker' user_s2='" + password + "';")));
  }

  private static String login(String user, String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username='%s' password='%s';"
        .formatted(user, password);
  }

  private <T extends Record> T parse(
      EmbeddedRegistry registry, String password, String rest, Class<T> type) throws Exception {
    return ConfigParser.parse(
        """
        {kafka: {bootstrap.servers: "127.0.0.1:%d", schema.registry.url: "%s",
         security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.jaas.config: "%s"}, %s}
        """
            .formatted(brokerPort, registry.url(), login("s2", password), rest),
        "test",
        type,
        Map.of());
  }

  private static ProcessorApp processor(ProcessorConfig config) throws Exception {
    return ProcessorApp.start(
        config, new FailingTower(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }
}
