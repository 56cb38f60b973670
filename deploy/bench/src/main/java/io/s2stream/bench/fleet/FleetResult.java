package io.s2stream.bench.fleet;

import java.util.Locale;

/**
 * What came of it.
 *
 * @param featureFrames frames whose features were read
 * @param disordered frames that did not follow the one before in their stream: lost, repeated or
 *     out of order
 * @param seconds from the first frame sent to the last feature read
 * @param fullestPartition frames of the fullest partition over the mean of all
 * @param series time series that the processor's {@code /metrics} shows
 * @param heapBytes heap in use at the end, after a collection
 */
record FleetResult(
    FleetPlan plan,
    long featureFrames,
    long disordered,
    double seconds,
    double fullestPartition,
    int series,
    long heapBytes) {

  /** For people. */
  String text() {
    double rate = featureFrames / seconds;
    return String.format(
        Locale.ROOT,
        """
        %,d streams, %,d frames of %,d bytes, features of %,d bytes, %d partitions
        frames/s through one processor without a tower   %,.0f
        features                                         %.1f MB/s, %.2f MB/s a partition
        fullest partition over the mean                  %.2f
        not in order, lost or repeated                   %d
        time series of the processor                     %,d
        heap in use                                      %,.0f MiB (broker, sender and reader too)
        """,
        plan.streams(),
        plan.frames(),
        plan.frameBytes(),
        plan.featureBytes(),
        plan.partitions(),
        rate,
        rate * plan.featureBytes() / 1e6,
        rate * plan.featureBytes() / 1e6 / plan.partitions(),
        fullestPartition,
        disordered,
        series,
        heapBytes / (double) (1 << 20));
  }
}
