package io.s2stream.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.KafkaSettings;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.RestSchemaRegistry;
import io.s2stream.schemas.topics.TopicException;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.local.ServiceProbe.awaitBody;
import static io.s2stream.local.ServiceProbe.get;
import static io.s2stream.local.ServiceProbe.send;
import static io.s2stream.local.ServiceProbe.sendAndReceive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Brokers and registries that come late, go and return, with real ones. */
@Timeout(180)
class OutageIT {
  @TempDir private Path folder;

  @Test
  void shouldWaitForWhatIsAwayAndGoOnByItself() throws Exception {
    // given nothing but addresses
    int brokerPort = EmbeddedBroker.freePort();
    int registryPort = EmbeddedBroker.freePort();
    int http = EmbeddedBroker.freePort();
    ProcessorConfig config =
        processor(brokerPort, registryPort, "http: {port: %d}".formatted(http));
    KafkaSettings kafka = config.kafka();
    CompletableFuture<ProcessorApp> starting = CompletableFuture.supplyAsync(() -> start(config));
    awaitBody(http, 503, "waiting for the schema registry");

    // when the registry comes, and then the broker
    byte[] frame;
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(registryPort)) {
      awaitBody(http, 503, "waiting for Kafka");
      frame = new PoisonMessages(kafka, 1).pixel((byte) 1);
      try (EmbeddedBroker broker = EmbeddedBroker.start(folder, brokerPort, Map.of())) {
        starting.get(60, TimeUnit.SECONDS);
        awaitBody(http, 200, "ready");
        assertThat(get(http, "/metrics").orElseThrow().body())
            .contains("s2_processor_records_total");

        // then frames go through
        sendAndReceive(kafka, frame, 1);
      }
      awaitBody(http, 503, "waiting for Kafka");
    }

    // when the broker comes back, and there is no registry, which only new schema ids need
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, brokerPort, Map.of());
        ProcessorApp processor = starting.get()) {
      awaitBody(http, 200, "ready");
      sendAndReceive(kafka, frame, 2);

      // when there is one
      byte[] unknown = frame.clone();
      unknown[4] = 99;
      send(kafka, unknown);
      awaitBody(http, 503, "waiting for the schema registry");

      // then the frame waits until the registry is back, with the same schemas and ids
      try (EmbeddedRegistry registry = EmbeddedRegistry.start(registryPort)) {
        RestSchemaRegistry schemas = new RestSchemaRegistry(kafka.producer());
        schemas.register("s2.features-value", FeatureRecord.getClassSchema());
        schemas.register("s2.frames-value", FrameBatch.getClassSchema());
        awaitBody(http, 200, "ready");
        sendAndReceive(kafka, frame, 3);
      }
      assertThat(processor.failure()).isNull();
    }
  }

  @Test
  void shouldEndAtOnceWhenTheConfigurationIsWrong() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      int broker = port(stack.bootstrapServers());
      int registry = port(stack.registryUrl());

      // a topic that is missing and must not be made
      assertThatThrownBy(
              () -> close(processorApp(processor(broker, registry, "topics: {create: false}"))))
          .isInstanceOfSatisfying(
              TopicException.class, e -> assertThat(e.isUnreachable()).isFalse())
          .hasMessageContaining("does not exist");
      // a registry's address that is something else's: the broker's
      assertThatThrownBy(() -> close(processorApp(processor(broker, registry, "", "/wrong/path"))))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("schema.registry.url");
      // credentials that the broker refuses
      assertThatThrownBy(
              () ->
                  IngestApp.start(
                          ingest(
                              broker,
                              registry,
                              "security.protocol: SASL_PLAINTEXT, sasl.mechanism: NONSENSE"))
                      .close())
          .isInstanceOfSatisfying(
              TopicException.class, e -> assertThat(e.isUnreachable()).isFalse());
      // a schema that the subject's earlier one can't be read with
      new RestSchemaRegistry(Map.of("schema.registry.url", stack.registryUrl()))
          .register(
              "other.features-value",
              SchemaBuilder.record("FeatureRecord")
                  .namespace(FeatureRecord.class.getPackageName())
                  .fields()
                  .requiredInt("stream_id")
                  .endRecord());
      assertThatThrownBy(
              () ->
                  close(
                      processorApp(processor(broker, registry, "features-topic: other.features"))))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("not compatible");
    }
  }

  @Test
  void shouldTellOfALostBrokerWithinSecondsInIngest() throws Exception {
    int brokerPort = EmbeddedBroker.freePort();
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        EmbeddedBroker broker = EmbeddedBroker.start(folder, brokerPort, Map.of());
        IngestApp ingest = IngestApp.start(ingest(brokerPort, port(registry.url()), ""))) {
      awaitBody(ingest.httpPort(), 200, "ready");

      broker.close();
      long start = System.nanoTime();

      awaitBody(ingest.httpPort(), 503, "waiting for Kafka");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }
  }

  private static ProcessorApp start(ProcessorConfig config) {
    try {
      return processorApp(config);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProcessorApp processorApp(ProcessorConfig config) throws Exception {
    return ProcessorApp.start(
        config, new FailingTower(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  private static void close(ProcessorApp app) {
    app.close();
  }

  private static ProcessorConfig processor(int broker, int registry, String settings)
      throws Exception {
    return processor(broker, registry, settings, "");
  }

  private static ProcessorConfig processor(
      int broker, int registry, String settings, String registryPath) throws Exception {
    return ConfigParser.parse(
        """
        {kafka: {bootstrap.servers: "127.0.0.1:%d", schema.registry.url: "http://127.0.0.1:%d%s"},
         tower: {model-dir: unused}, %s}
        """
            .formatted(broker, registry, registryPath, settings),
        "test",
        ProcessorConfig.class,
        Map.of());
  }

  private static IngestConfig ingest(int broker, int registry, String kafka) throws Exception {
    return ConfigParser.parse(
        """
        {kafka: {bootstrap.servers: "127.0.0.1:%d", schema.registry.url: "http://127.0.0.1:%d", %s},
         image-size: [32], http: {port: 0}, streams: [{id: a, uri: absent.mp4}]}
        """
            .formatted(broker, registry, kafka),
        "test",
        IngestConfig.class,
        Map.of());
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
