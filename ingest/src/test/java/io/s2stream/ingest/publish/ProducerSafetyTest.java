package io.s2stream.ingest.publish;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.config.KafkaSettings;
import io.s2stream.config.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProducerSafetyTest {

  @ParameterizedTest
  @CsvSource({
    "acks, 1",
    "producer.acks, 0",
    "enable.idempotence, false",
    "producer.max.in.flight.requests.per.connection, 5",
    "producer.delivery.timeout.ms, 120000",
    "retries, 10",
    "producer.partitioner.class, org.apache.kafka.clients.producer.RoundRobinPartitioner",
    "producer.partitioner.ignore.keys, true",
    "producer.transactional.id, mine",
  })
  void shouldRefuseWhatWouldLoseFramesOrTheirOrder(String key, String value) {
    assertThat(check(Map.of(key, value)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.path()).isEqualTo("kafka." + key));
  }

  @Test
  void shouldSayWhatIsExpectedAndWhy() {
    assertThat(check(Map.of("producer.acks", 1)))
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("must be all, which is the default, found 1: a record on one broker is lost");
  }

  @Test
  void shouldAcceptTheDefaultsWhenTheyAreWritten() {
    assertThat(
            check(
                Map.of(
                    "producer",
                    Map.of(
                        "acks",
                        "ALL",
                        "enable.idempotence",
                        true,
                        "max.in.flight.requests.per.connection",
                        1,
                        "delivery.timeout.ms",
                        Integer.MAX_VALUE,
                        "retries",
                        "2147483647",
                        "partitioner.ignore.keys",
                        false))))
        .isEmpty();
    assertThat(check(Map.of("acks", "-1"))).isEmpty();
  }

  @Test
  void shouldAcceptWhatChangesNeitherLossNorOrder() {
    assertThat(
            check(
                Map.of("producer.linger.ms", 5, "max.block.ms", 1_000, "compression.type", "zstd")))
        .isEmpty();
  }

  @Test
  void shouldNotAskWhatOtherClientsAreGiven() {
    assertThat(check(Map.of("admin.retries", 1, "consumer.max.poll.records", 1))).isEmpty();
  }

  private static List<Problem> check(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("bootstrap.servers", "broker:9092");
    List<Problem> problems = new ArrayList<>();
    ProducerSafety.check(KafkaSettings.of(all), problems);
    return problems;
  }
}
