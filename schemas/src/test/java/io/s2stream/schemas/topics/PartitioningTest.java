package io.s2stream.schemas.topics;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the contract says of keys: Kafka's own partitioner, with a stream's id as UTF-8 text,
 * spreads streams evenly and keeps each in one partition.
 */
class PartitioningTest {
  private static final int STREAMS = 12_000;
  private static final int PARTITIONS = 12;

  /** Ways in which fleets are named. */
  static List<IntFunction<String>> names() {
    return List.of(
        "cam-%05d"::formatted,
        i -> "site-%d.cam-%d".formatted(i / 16, i % 16),
        i -> "rtsp_10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255),
        i -> Integer.toString(i));
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldSpreadStreamsEvenly(IntFunction<String> name) {
    int[] streams = new int[PARTITIONS];
    for (int i = 0; i < STREAMS; i++) {
      streams[partition(name.apply(i))]++;
    }

    // 1,000 each, and by chance some 30 more or less; the fullest decides how many processors do.
    assertThat(Arrays.stream(streams).max().orElseThrow()).isLessThan(1_120);
    assertThat(Arrays.stream(streams).min().orElseThrow()).isGreaterThan(880);
  }

  @Test
  void shouldKeepAStreamInOnePartition() {
    assertThat(partition("kamera-süd")).isEqualTo(partition("kamera-süd"));
    // Where it has always been: another place would break the order of streams at an upgrade.
    assertThat(List.of(partition("cam-1"), partition("cam-2"), partition("kamera-süd")))
        .containsExactly(3, 5, 1);
  }

  private static int partition(String stream) {
    byte[] key = new StringSerializer().serialize("s2.frames", stream);
    return BuiltInPartitioner.partitionForKey(key, PARTITIONS);
  }
}
