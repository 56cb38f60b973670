package io.s2stream.helm;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.StreamSettings;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.viewer.ViewerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the chart writes, the services read. */
class RenderedConfigTest {
  static final List<String> COMBINATIONS = Combinations.ALL;

  @TempDir private Path root;

  private IngestConfig ingest(Rendered rendered) throws Exception {
    return new ServiceConfigs(root)
        .parse(
            rendered.ingestConfig(),
            IngestConfig.class,
            rendered.ingest().at("/spec/template/spec"));
  }

  private ProcessorConfig processor(Rendered rendered) throws Exception {
    return new ServiceConfigs(root)
        .parse(
            rendered.processorConfig(),
            ProcessorConfig.class,
            rendered.processor().at("/spec/template/spec"));
  }

  @ParameterizedTest
  @FieldSource("COMBINATIONS")
  void shouldLoadEveryConfigurationWithTheServicesOwnParser(String values) throws Exception {
    Rendered rendered = Chart.render(values);
    ServiceConfigs configs = new ServiceConfigs(root);

    for (var object : rendered.objects()) {
      for (var file : object.path("data").properties()) {
        String pod = file.getKey().startsWith("ingest") ? "StatefulSet" : "Deployment";
        var spec =
            rendered.objects().stream()
                .filter(o -> o.path("kind").asText().equals(pod))
                .findFirst()
                .orElseThrow()
                .at("/spec/template/spec");
        if (file.getKey().startsWith("ingest")) {
          configs.parse(file.getValue().asText(), IngestConfig.class, spec);
        } else if (file.getKey().equals("process.yaml")) {
          configs.parse(file.getValue().asText(), ProcessorConfig.class, spec);
        }
      }
    }
  }

  @Test
  void shouldPassOnWhatTheValuesSayAndKeepLargeNumbersWhole() throws Exception {
    Rendered rendered =
        Chart.render(
            """
            kafka: {properties: {client.id: s2, producer: {buffer.memory: 268435456}}}
            topics: {mode: services, partitions: 24, replicationFactor: 3}
            processor:
              gpu: {enabled: true}
              model: {path: vit-l}
              config: {max-frame-pixels: 33177600, application-id: fleet, s2: {scales: null, preset: vila-1.5-s2}, tower: {threads: 3}}
            """);
    ProcessorConfig config = processor(rendered);

    assertThat(config.maxFramePixels()).isEqualTo(33_177_600);
    assertThat(config.applicationId()).isEqualTo("fleet");
    assertThat(config.tower().modelDir()).isEqualTo(Path.of("/models/vit-l"));
    assertThat(config.tower().device()).isEqualTo("gpu");
    assertThat(config.tower().threads()).isEqualTo(3);
    assertThat(config.topics().create()).isTrue();
    assertThat(config.topics().partitions()).isEqualTo(24);
    assertThat(config.topics().replicationFactor()).isEqualTo(3);
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(config.http().port()).isEqualTo(9464);
    assertThat(config.kafka().producer())
        .containsEntry("buffer.memory", "268435456")
        .containsEntry("client.id", "s2")
        .containsEntry("bootstrap.servers", "broker:9092")
        .containsEntry("schema.registry.url", "http://registry:8081");
  }

  @Test
  void shouldReadStrimzisSecretsAsTheyAre() throws Exception {
    var tls =
        ingest(
                Chart.render(
                    "{kafka: {tls: {enabled: true, caSecret: {name: c-cluster-ca-cert}, clientSecret: {name: user}}}}"))
            .kafka()
            .producer();
    var scram =
        ingest(
                Chart.render(
                    "{kafka: {tls: {enabled: true}, sasl: {mechanism: SCRAM-SHA-512, existingSecret: user}}}"))
            .kafka()
            .producer();

    assertThat(tls)
        .containsEntry("security.protocol", "SSL")
        .containsEntry("ssl.truststore.type", "PEM")
        .containsEntry("ssl.truststore.location", "/etc/s2/kafka-ca/ca.crt")
        .containsEntry("ssl.keystore.type", "PEM")
        .containsEntry("ssl.keystore.certificate.chain", "content of user.crt")
        .containsEntry("ssl.keystore.key", "content of user.key");
    assertThat(scram)
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry("sasl.jaas.config", "content of sasl.jaas.config");
  }

  @Test
  void shouldMakeALoginOfUserAndPasswordAndReadTheRegistrysCredentials() throws Exception {
    var plain =
        ingest(
                Chart.render(
                    """
                    kafka: {tls: {enabled: true}, sasl: {mechanism: PLAIN, existingSecret: api, usernameKey: key, passwordKey: secret}}
                    schemaRegistry: {existingSecret: registry}
                    """))
            .kafka()
            .producer();

    assertThat(plain)
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"content of key\" password=\"content of secret\";")
        .containsEntry("basic.auth.credentials.source", "USER_INFO")
        .containsEntry("basic.auth.user.info", "content of user-info");
  }

  @Test
  void shouldShareTheStreamsByThePodsOrdinals() throws Exception {
    String streams =
        """
        ingest:
          replicas: %d
          config: {streams: [{id: a, uri: a}, {id: c, uri: "${file:/etc/s2/cameras/c}"}]}
          camerasSecret: cameras
        """;
    Rendered two = Chart.render(streams.formatted(2));
    IngestConfig config = ingest(two);

    assertThat(config.shard().count()).isEqualTo(2);
    assertThat(config.shard().index()).isNull();
    assertThat(config.keepRunning()).isTrue();
    assertThat(config.streams()).extracting(StreamSettings::id).containsExactly("a", "c");
    assertThat(config.streams().get(1).uri()).isEqualTo("content of c");
    // The StatefulSet's pods are named after it, with the ordinal at the end.
    assertThat(two.ingest().at("/kind").asText()).isEqualTo("StatefulSet");
    assertThat(ingest(Chart.render(streams.formatted(0))).shard().count()).isOne();
  }

  @Test
  void shouldLetAConfigurationOfTheOperatorsKnowTheNumberOfPods() throws Exception {
    var env =
        Chart.render("{ingest: {replicas: 3, existingConfig: {name: mine}}}")
            .ingest()
            .at("/spec/template/spec/containers/0/env/0");
    IngestConfig config =
        ConfigParser.parse(
            """
            kafka: {bootstrap.servers: "b:1", schema.registry.url: "http://r"}
            image-size: [448]
            shard: {count: "${env:%s}"}
            streams: [{id: a, uri: a}]
            """
                .formatted(env.path("name").asText()),
            "mine",
            IngestConfig.class,
            Map.of(env.path("name").asText(), env.path("value").asText()));

    assertThat(config.shard().count()).isEqualTo(3);
  }

  @Test
  void shouldLetTheViewerReadWhatTheProcessorWritesBehindItsToken() throws Exception {
    Rendered rendered =
        Chart.render(
            """
            processor: {config: {application-id: fleet, features-topic: f}}
            viewer: {enabled: true, tokenSecret: {name: look}, config: {dead-letter-topic: own, web: {port: 1}}}
            """);
    var pod = rendered.object("Deployment", "demo-s2-stream-viewer").at("/spec/template/spec");
    ViewerConfig config =
        new ServiceConfigs(root)
            .parse(
                rendered.configFile("demo-s2-stream-viewer", "viewer.yaml"),
                ViewerConfig.class,
                pod);

    assertThat(config.processorGroup()).isEqualTo("fleet");
    assertThat(config.featuresTopic()).isEqualTo("f");
    assertThat(config.framesTopic()).isEqualTo("s2.frames");
    assertThat(config.deadLetterTopic()).isEqualTo("own");
    assertThat(config.web().token()).isEqualTo("content of token");
    assertThat(config.web().port())
        .isEqualTo(pod.at("/containers/0/ports/1/containerPort").intValue());
    assertThat(Chart.render("{}").names()).noneMatch(name -> name.endsWith("-viewer"));
  }

  @Test
  void shouldGiveEachGpuOfAPodATower() throws Exception {
    Rendered four = Chart.render("{processor: {gpu: {count: 4}}}");

    assertThat(processor(four).tower().devices())
        .containsExactly("gpu:0", "gpu:1", "gpu:2", "gpu:3");
    assertThat(
            four.processor()
                .at("/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu")
                .intValue())
        .isEqualTo(4);
    assertThat(processor(Chart.render("{}")).tower().devices()).isEmpty();
  }
}
