package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FirstSendsTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may overflow
  private final FirstSends firsts = new FirstSends(nanos::get);

  @Test
  void shouldKnowAPartitionOnceItHasTakenARecord() {
    assertThat(firsts.isFirst(to("features", 3))).isTrue();

    firsts.acknowledged("features", 3);

    assertThat(firsts.isFirst(to("features", 3))).isFalse();
    assertThat(firsts.isFirst(to("features", 4))).isTrue();
    assertThat(firsts.isFirst(to("others", 3))).isTrue();
  }

  @Test
  void shouldForgetAPartitionLongBeforeTheBrokersForgetTheProducer() {
    firsts.acknowledged("features", 3);

    nanos.addAndGet(Duration.ofMinutes(59).toNanos());
    assertThat(firsts.isFirst(to("features", 3))).isFalse();
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(firsts.isFirst(to("features", 3))).isTrue();
  }

  @Test
  void shouldTakeARecordWithoutAPartitionForTheFirst() {
    firsts.acknowledged("features", 0);

    assertThat(firsts.isFirst(new ProducerRecord<>("features", new byte[0]))).isTrue();
  }

  private static ProducerRecord<byte[], byte[]> to(String topic, int partition) {
    return new ProducerRecord<>(topic, partition, null, new byte[0]);
  }
}
