package io.s2stream.meters;

import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class KafkaMetersTest {
  private final Map<MetricName, Metric> kafka = new LinkedHashMap<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private record Value(MetricName metricName, Object metricValue) implements Metric {}

  private void put(String group, String name, Map<String, String> tags, Object value) {
    MetricName metric = new MetricName(name, group, "", tags);
    kafka.put(metric, new Value(metric, value));
  }

  private void lag(String client, int partition, double lag) {
    Map<String, String> tags =
        Map.of("client-id", client, "topic", "t", "partition", String.valueOf(partition));
    put("consumer-fetch-manager-metrics", "records-lag", tags, lag);
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }

  @Test
  void shouldMakeOneNumberOfAllClientsAndPartitions() {
    for (int partition = 0; partition < 1_000; partition++) {
      lag("thread-" + partition % 3, partition, partition);
    }
    put("consumer-fetch-manager-metrics", "fetch-latency-avg", Map.of("client-id", "a"), 20.0);
    put("consumer-fetch-manager-metrics", "fetch-latency-avg", Map.of("client-id", "b"), 5.0);
    put("stream-metrics", "alive-stream-threads", Map.of("client-id", "c"), 3);
    put("app-info", "version", Map.of("client-id", "c"), "4.3.1");
    KafkaMeters.bindStreams(meters, () -> kafka);

    assertThat(gauge("s2.kafka.consumer.lag")).isEqualTo(499_500);
    assertThat(gauge("s2.kafka.consumer.lag.max")).isEqualTo(999);
    assertThat(gauge("s2.kafka.consumer.fetch.latency")).isEqualTo(0.02);
    assertThat(gauge("s2.kafka.streams.threads.alive")).isEqualTo(3);
    assertThat(meters.getMeters())
        .hasSameSizeAs(KafkaMeter.values())
        .allSatisfy(meter -> assertThat(meter.getId().getTags()).isEmpty());
  }

  @Test
  void shouldNotTakeTheNumbersOfATopicForThoseOfTheClient() {
    Map<String, String> topic = Map.of("client-id", "a", "topic", "t");
    put("consumer-fetch-manager-metrics", "fetch-latency-avg", topic, 7_000.0);
    put("consumer-fetch-manager-metrics", "records-lag", topic, 5.0);
    KafkaMeters.bindStreams(meters, () -> kafka);

    assertThat(gauge("s2.kafka.consumer.fetch.latency")).isNaN();
    assertThat(gauge("s2.kafka.consumer.lag")).isNaN();
  }

  @Test
  void shouldNeverCountBackwardsWhenAClientIsClosed() {
    Map<String, String> first = Map.of("client-id", "first");
    put("producer-metrics", "record-retry-total", first, 5.0);
    KafkaMeters.bindProducer(meters, () -> kafka);
    assertThat(retries()).isEqualTo(5);

    kafka.clear();
    put("producer-metrics", "record-retry-total", Map.of("client-id", "second"), 2.0);

    await().untilAsserted(() -> assertThat(retries()).isEqualTo(7));
  }

  private double retries() {
    return meters.get("s2.kafka.producer.retries").functionCounter().count();
  }
}
