package io.s2stream.bench.fleet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The short form of deploy/bench/fleet.sh. */
@Timeout(180)
class FleetBenchTest {

  @Test
  void shouldCarryThousandsOfStreamsInOrderWithBoundedMeters() throws Exception {
    FleetResult result = FleetBench.run(new FleetPlan(4_000, 2, 16, 4, 1, 8), "exactly-once");

    assertThat(result.featureFrames()).isEqualTo(8_000);
    assertThat(result.disordered()).isZero();
    assertThat(result.series()).isLessThan(350);
    // Hashed keys fill some partitions more than others, as the sizing sheet reckons with.
    assertThat(result.fullestPartition()).isBetween(1.0, 1.3);
  }
}
