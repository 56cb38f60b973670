package io.s2stream.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.s2stream.bench.NullTower;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.topology.ClientHook;

/**
 * As many frames of 1, 10, 100 and 1,000 streams on four partitions, and the heap that streams
 * still take once all their frames are done.
 */
final class Growth implements Comparison {
  private static final int PARTITIONS = 4;
  private static final int GRID_SIDE = 16;
  private static final int CHANNELS = 400;
  private static final double TARGET = 0.9;
  private static final double HEAP_LIMIT_KB = 50;
  private static final double LEAST_KB = 1;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String about() {
    return "1, 10, 100 and 1,000 streams at the same number of frames; heap per idle stream";
  }

  /** What a run gave. */
  private record Result(double rate, long heapBytes) {}

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    int frames = bench.tiny() ? 40 : bench.quick() ? 1000 : 4000;
    List<Integer> counts =
        bench.tiny()
            ? List.of(1, 10)
            : bench.quick() ? List.of(1, 1000) : List.of(1, 10, 100, 1000);
    int most = counts.get(counts.size() - 1);
    Samples samples = new Samples();
    try (KafkaBench kafka = KafkaBench.start()) {
      Map<Integer, String> topics = new LinkedHashMap<>();
      for (int streams : counts) {
        topics.put(streams, kafka.framesTopic(Picture.raw(184), frames, streams, PARTITIONS));
      }
      bench
          .rounds(60)
          .run(
              counted -> {
                List<Long> heaps = new ArrayList<>();
                for (Map.Entry<Integer, String> topic : topics.entrySet()) {
                  Result result = run(kafka, topic.getValue(), frames);
                  heaps.add(result.heapBytes());
                  samples.add(counted, topic.getKey() + " streams", result.rate());
                  bench.say(
                      String.format(
                          Locale.ROOT,
                          "growth: %d streams %.0f frames/s, heap %.1f MB",
                          topic.getKey(),
                          result.rate(),
                          result.heapBytes() / 1e6));
                }
                long more = heaps.get(heaps.size() - 1) - heaps.get(0);
                // What is less can't be told from noise.
                samples.add(counted, "heap", Math.max(LEAST_KB, more / 1e3 / (most - 1)));
              });
    }
    return rows(samples, counts, most);
  }

  private static List<Row> rows(Samples samples, List<Integer> counts, int most) {
    List<Row> rows = new ArrayList<>();
    for (int streams : counts.subList(1, counts.size())) {
      rows.add(
          Row.rates(
              "%,d streams, 100 KB in, 200 KB out, null tower, exactly-once".formatted(streams),
              "frames/s",
              samples.of(streams + " streams"),
              "1 stream, as many frames",
              samples.of("1 streams"),
              TARGET));
    }
    rows.add(
        Row.limit(
            "heap per idle stream in the processor, %,d streams".formatted(most),
            "kB",
            samples.of("heap"),
            HEAP_LIMIT_KB));
    return rows;
  }

  private static Result run(KafkaBench kafka, String topic, int frames) throws Exception {
    try (ProcessorRun run =
        ProcessorRun.start(
            kafka,
            topic,
            PARTITIONS,
            Guarantee.EXACTLY_ONCE,
            "tower: {model-dir: none}\n",
            List.of(new NullTower(184, GRID_SIDE, GRID_SIDE, CHANNELS)),
            ClientHook.NONE)) {
      run.awaitCommitted(topic, frames);
      long heap = heapAfterCollection();
      run.stop();
      var check =
          new FeatureCheck(kafka.featureReader(), List.of(1, GRID_SIDE * GRID_SIDE, CHANNELS));
      return new Result(KafkaBench.rate(kafka.read(run.featuresTopic(), frames, check)), heap);
    }
  }

  private static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) { // What finalizers and references hold goes with the next.
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
