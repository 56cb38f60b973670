package io.s2stream.local.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the demo tells at its end.
 *
 * @param streams the last state of each stream
 * @param deadLetterReasons number of dead-letter messages by reason
 * @param toFirstFeatures from the start of the process; null if none came
 * @param featuresFor from the first features to the last
 * @param repeatsAllowed whether the guarantee lets frames come again
 */
record DemoSummary(
    List<StreamView> streams,
    Map<String, Integer> deadLetterReasons,
    @Nullable Duration toFirstFeatures,
    Duration featuresFor,
    boolean repeatsAllowed) {

  /** Whether every sampled frame of every stream is accounted for. */
  boolean isSound() {
    return streams.stream().allMatch(stream -> stream.isSound(repeatsAllowed));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    for (StreamView stream : streams) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %d frames decoded, %d sampled, %d acknowledged by the broker",
              stream.status().streamId(),
              stream.status().framesDecoded(),
              stream.status().framesSampled(),
              stream.status().framesAcknowledged()));
      lines.add(
          String.format(
              Locale.ROOT,
              "  features of %d frames in %d records; %d dead letters, %d missing, %d duplicates,"
                  + " %d out of order",
              stream.counts().frames(),
              stream.counts().records(),
              stream.counts().deadLetters(),
              stream.missing(),
              stream.counts().duplicates(),
              stream.counts().outOfOrder()));
      if (stream.counts().records() > 0) {
        lines.add(
            "  latency p50 / max " + StreamColumns.latency(stream) + " from decoding to here");
      }
      if (stream.status().error() != null) {
        lines.add("  " + stream.status().error());
      }
      stream.counts().faults().forEach(fault -> lines.add("  wrong: " + fault));
    }
    deadLetterReasons.forEach(
        (reason, count) -> lines.add("dead letters: " + count + " × " + reason));
    lines.add(speed());
    lines.add(verdict());
    return lines;
  }

  private String verdict() {
    long missing = streams.stream().mapToLong(StreamView::missing).sum();
    if (!isSound()) {
      return "NOT every sampled frame is accounted for.";
    }
    return missing == 0
        ? "Every sampled frame is accounted for."
        : "Stopped while "
            + missing
            + " frames waited in Kafka; all before them are accounted for.";
  }

  private String speed() {
    if (toFirstFeatures == null) {
      return "No features came.";
    }
    long frames = streams.stream().mapToLong(stream -> stream.counts().frames()).sum();
    String rate =
        featuresFor.isZero()
            ? ""
            : String.format(
                Locale.ROOT, ", then %.1f frames/s", frames / (featuresFor.toNanos() / 1e9));
    return "First features "
        + StreamColumns.seconds(toFirstFeatures)
        + " after the start"
        + rate
        + ".";
  }
}
