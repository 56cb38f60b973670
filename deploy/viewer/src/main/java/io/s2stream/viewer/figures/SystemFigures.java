package io.s2stream.viewer.figures;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How the whole system is doing: from the ends of the topics, the processor's committed offsets and
 * the services' meters. Written by one thread, read by any.
 */
public final class SystemFigures {
  private final Map<String, Figure> figures = new LinkedHashMap<>(); // guarded by this
  private final Map<String, Series> series = new HashMap<>(); // guarded by this
  private final Progression progression = new Progression();
  private long lastNanos = System.nanoTime();
  private final Map<TopicPartition, Long> lastEnds = new HashMap<>(); // of those gone as well
  private volatile Map<TopicPartition, Long> ends = Map.of();

  /**
   * Takes note of what was found out.
   *
   * @return partitions whose end went back, as their topic was deleted and made again
   */
  Set<TopicPartition> update(
      Map<TopicPartition, Long> newEnds,
      Map<TopicPartition, Long> committed,
      PrometheusText meters,
      String framesTopic,
      long deadLetters,
      int streams) {
    ends = newEnds;
    long now = System.nanoTime();
    double seconds = (now - lastNanos) / 1e9;
    lastNanos = now;
    put("streams", "Streams seen", "", streams);
    put("frames", "Frames sampled", "/s", rate(meters, "s2_ingest_frames_sampled_total", seconds));
    put(
        "published",
        "Frame messages",
        "/s",
        progression.growth("published", sum(newEnds, framesTopic)) / seconds);
    put("features", "Feature frames", "/s", rate(meters, "s2_processor_frames_total", seconds));
    put("records", "Feature messages", "/s", rate(meters, "s2_processor_records_total", seconds));
    put("lag", "Messages waiting", "", lag(newEnds, committed, framesTopic));
    double forward = growth(meters, "s2_processor_forward_seconds_sum");
    double calls = growth(meters, "s2_processor_forward_seconds_count");
    put("batch", "Frames per batch", "", growth(meters, "s2_processor_batch_frames_sum") / calls);
    put("forward", "Time of a batch", "s", forward / calls);
    put("device", "Device busy", "%", Math.min(100, 100 * forward / seconds));
    put("queue", "Frames waiting for it", "", meters.get("s2_processor_queue_frames"));
    put("gpu", "GPU use", "%", 100 * meters.mean("s2_gpu_utilization"));
    put("gpumemory", "GPU memory", "B", meters.get("s2_gpu_memory_used_bytes"));
    put("cpu", "CPU cores in use", "", rate(meters, "s2_process_cpu_seconds_total", seconds));
    put("overrun", "Frames dropped", "/s", rate(meters, PrometheusText.OVERRUN, seconds));
    put(
        "skipped",
        "Left out as late",
        "/s",
        rate(meters, "s2_processor_skipped_frames_total", seconds));
    put("losses", "Sources lost", "", meters.get("s2_ingest_source_losses_total"));
    put("damage", "Decode errors", "", meters.get("s2_ingest_decode_errors_total"));
    put("dead", "Dead letters", "", deadLetters);
    return anew(newEnds);
  }

  private Set<TopicPartition> anew(Map<TopicPartition, Long> newEnds) {
    Set<TopicPartition> anew = new HashSet<>();
    newEnds.forEach(
        (partition, end) -> {
          Long last = lastEnds.put(partition, end);
          if (last != null && end < last) {
            anew.add(partition);
          }
        });
    return anew;
  }

  private double growth(PrometheusText meters, String name) {
    return progression.growth(name, meters.bySource(name));
  }

  private double rate(PrometheusText meters, String name, double seconds) {
    return growth(meters, name) / seconds;
  }

  /** By topic; empty if there is no offset. */
  private static Map<String, Double> sum(Map<TopicPartition, Long> offsets, String topic) {
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .collect(
            Collectors.groupingBy(entry -> topic, Collectors.summingDouble(Map.Entry::getValue)));
  }

  private static double lag(
      Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed, String topic) {
    if (committed.isEmpty()) {
      return Double.NaN;
    }
    double lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (end.getKey().topic().equals(topic)) {
        lag += Math.max(0, end.getValue() - committed.getOrDefault(end.getKey(), 0L));
      }
    }
    return lag;
  }

  private synchronized void put(String name, String label, String unit, double value) {
    Series own = series.computeIfAbsent(name, n -> new Series());
    own.add(value);
    figures.put(name, new Figure(name, label, unit, value, own.values()));
  }

  /** All of them, always in the same order. */
  public synchronized List<Figure> all() {
    return new ArrayList<>(figures.values());
  }

  /**
   * Messages that wait in the partition of each stream's frames: behind the last frames, whosever,
   * that are known to have become features; a stream that is silent has not to wait for others.
   *
   * @return for streams in their order; NaN where it isn't known
   */
  public List<Double> waiting(Collection<StreamFigures> streams) {
    List<@Nullable Place> last = new ArrayList<>();
    Map<TopicPartition, Long> done = new HashMap<>();
    for (StreamFigures stream : streams) {
      Place place = stream.lastFrames();
      last.add(place);
      if (place != null) {
        done.merge(place.partition(), place.offset() + 1, Math::max);
      }
    }
    Map<TopicPartition, Long> now = ends;
    return last.stream()
        .map(place -> place == null ? Double.NaN : waiting(now, done, place.partition()))
        .toList();
  }

  private static double waiting(
      Map<TopicPartition, Long> ends, Map<TopicPartition, Long> done, TopicPartition partition) {
    Long end = ends.get(partition);
    return end == null ? Double.NaN : Math.max(0, end - done.getOrDefault(partition, end));
  }
}
