package io.s2stream.config;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KafkaSettingsTest {

  record Root(@Setting("Kafka.") KafkaSettings kafka) {}

  private static KafkaSettings parse(String yaml) throws ConfigException {
    return ConfigParser.parse(yaml, "test.yaml", Root.class, Map.of("PW", "s3cret")).kafka();
  }

  private static KafkaSettings example() throws ConfigException {
    return parse(
        """
        kafka:
          bootstrap.servers: [a:9092, b:9092]
          security.protocol: SASL_SSL
          sasl.jaas.config: 'Plain password="${env:PW}";'
          schema.registry.url: http://me:${env:PW}@registry:8081
          linger.ms: 5
          producer: {linger.ms: 20, compression.type: zstd}
          consumer: {fetch: {min.bytes: 100}}
          streams.num.stream.threads: 2
          admin: {retries: 1}
        """);
  }

  @Test
  void shouldGiveEachClientTheCommonPropertiesAndItsOwn() throws ConfigException {
    KafkaSettings kafka = example();

    assertThat(kafka.bootstrapServers()).isEqualTo("a:9092,b:9092");
    assertThat(kafka.producer())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.jaas.config", "Plain password=\"s3cret\";")
        .containsEntry("linger.ms", "20")
        .containsEntry("compression.type", "zstd")
        .doesNotContainKeys("fetch.min.bytes", "retries", "num.stream.threads");
    assertThat(kafka.consumer())
        .containsEntry("linger.ms", "5")
        .containsEntry("fetch.min.bytes", "100")
        .doesNotContainKeys("compression.type", "consumer.fetch.min.bytes");
    assertThat(kafka.admin()).containsEntry("retries", "1").doesNotContainKey("fetch.min.bytes");
  }

  @Test
  void shouldKeepClientPrefixesForStreams() throws ConfigException {
    assertThat(example().streams())
        .containsEntry("num.stream.threads", "2")
        .containsEntry("bootstrap.servers", "a:9092,b:9092")
        .containsEntry("producer.linger.ms", "20")
        .containsEntry("consumer.fetch.min.bytes", "100")
        .containsEntry("admin.retries", "1")
        .doesNotContainKeys("streams.num.stream.threads", "compression.type");
  }

  @Test
  void shouldMaskSecretsWhenPrinted() throws ConfigException {
    String printed = EffectiveConfig.render(new Root(example()));

    assertThat(printed)
        .contains("sasl.jaas.config: ***")
        .contains("schema.registry.url: http://***@registry:8081")
        .contains("producer.linger.ms: 20")
        .doesNotContain("s3cret");
    assertThat(example().toString()).doesNotContain("s3cret");
  }

  @Test
  void shouldKeepValuesOfCodeUntouched() {
    KafkaSettings kafka =
        KafkaSettings.of(Map.of("bootstrap.servers", "a:1", "producer", Map.of("retries", 3)));

    assertThat(kafka.producer()).containsEntry("retries", 3);
  }

  @Test
  void shouldRefuseASectionWithoutBrokers() {
    assertThatThrownBy(() -> parse("kafka: {linger.ms: 5}"))
        .hasMessageContaining("kafka.bootstrap.servers: line 1: missing; expected the brokers'");
    assertThatThrownBy(() -> parse("other: 1"))
        .hasMessageContaining("kafka.bootstrap.servers: line 1: missing");
  }

  @Test
  void shouldRefusePropertiesGivenTwiceOrWithoutValue() {
    assertThatThrownBy(() -> parse("kafka:\n  bootstrap.servers: a\n  bootstrap: {servers: b}\n"))
        .hasMessageContaining("kafka.bootstrap.servers: line 2: given twice");
    assertThatThrownBy(() -> parse("kafka:\n  bootstrap.servers:\n"))
        .hasMessageContaining("kafka.bootstrap.servers: line 2: has no value");
  }
}
