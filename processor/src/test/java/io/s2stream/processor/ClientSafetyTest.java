package io.s2stream.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.s2stream.config.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ClientSafetyTest {

  @ParameterizedTest
  @CsvSource({
    "acks, 1",
    "producer.acks, 0",
    "producer.enable.idempotence, false",
    "producer.max.in.flight.requests.per.connection, 6",
    "default.timestamp.extractor, org.apache.kafka.streams.processor.LogAndSkipOnInvalidTimestamp",
    "producer.partitioner.class, org.apache.kafka.clients.producer.RoundRobinPartitioner",
    "producer.partitioner.ignore.keys, true",
    "producer.transactional.id, mine",
    "production.exception.handler, x",
    "default.production.exception.handler, x",
    "main.consumer.__internal.consumer.wrapper__, x",
    "__processing.threads.enabled__, true",
  })
  void shouldRefuseWhatWouldLoseFramesOrTheirOrder(String key, String value) {
    assertThat(check(Map.of(key, value)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "-1", "ALL"})
  void shouldAcceptAcknowledgementByAllReplicas(String acks) {
    assertThat(check(Map.of("producer.acks", acks, "enable.idempotence", "true"))).isEmpty();
  }

  @Test
  void shouldRefuseSendsThatWaitLongerThanTheGroupDoes() {
    assertThat(check(Map.of("producer.delivery.timeout.ms", 300_000))).hasSize(1);
    assertThat(check(Map.of("consumer.max.poll.interval.ms", "180000"))).hasSize(1);
    assertThat(check(Map.of("max.block.ms", 200_000))).hasSize(1);
    assertThat(
            check(Map.of("producer.delivery.timeout.ms", 600_000, "max.poll.interval.ms", 700_000)))
        .isEmpty();
  }

  @Test
  void shouldAcceptWhatChangesNeitherLossNorOrder() {
    assertThat(check(Map.of("producer.linger.ms", 5, "session.timeout.ms", 6_000))).isEmpty();
  }

  private static List<Problem> check(Map<String, Object> properties) {
    List<Problem> problems = new ArrayList<>();
    ClientSafety.check(properties, problems);
    return problems;
  }
}
