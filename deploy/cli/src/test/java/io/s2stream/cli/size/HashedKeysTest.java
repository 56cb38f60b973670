package io.s2stream.cli.size;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HashedKeysTest {
  private static final int FLEETS = 201;

  /** The median over fleets whose keys are placed as Kafka's clients place them. */
  private static long found(int streams, int processors, int partitions) {
    SplittableRandom random = new SplittableRandom(1);
    long[] fullest = new long[FLEETS];
    for (int fleet = 0; fleet < FLEETS; fleet++) {
      long[] counts = new long[processors];
      for (int i = 0; i < streams; i++) {
        byte[] key = Long.toHexString(random.nextLong()).getBytes(StandardCharsets.UTF_8);
        counts[BuiltInPartitioner.partitionForKey(key, partitions) % processors]++;
      }
      fullest[fleet] = Arrays.stream(counts).max().orElseThrow();
    }
    Arrays.sort(fullest);
    return fullest[FLEETS / 2];
  }

  @ParameterizedTest
  @CsvSource({"10, 1, 12", "100, 4, 36", "1000, 31, 341", "1000, 127, 1270", "10000, 309, 3399"})
  void shouldFindWhatKafkasHashMakesOfKeys(int streams, int processors, int partitions) {
    assertThat(HashedKeys.fullest(streams, processors))
        .isBetween(
            found(streams, processors, partitions) - 1, found(streams, processors, partitions) + 1);
  }
}
