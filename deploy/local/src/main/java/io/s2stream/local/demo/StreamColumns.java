package io.s2stream.local.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.s2stream.ingest.StreamStatus;

/**
 * The live table's texts: at most 100 characters a line, what matters most within the first 80, as
 * a narrow terminal cuts the rest.
 */
final class StreamColumns {
  private static final String FORMAT = "%-14s %9s %7s %5s %17s %-18s %-14s %-8s";
  private static final int BAR_WIDTH = 8;

  private StreamColumns() {}

  static String header() {
    return String.format(
            Locale.ROOT,
            FORMAT,
            "stream",
            "frames in",
            "records",
            "lag",
            "latency p50/max",
            "progress",
            "shape",
            "dtype")
        .stripTrailing();
  }

  static String row(StreamView view) {
    return String.format(
            Locale.ROOT,
            FORMAT,
            shorten(view.status().streamId(), 14),
            view.status().framesSampled(),
            view.counts().records(),
            view.lag(),
            latency(view),
            progress(view.status()),
            shorten(shape(view.counts().shape()), 14),
            view.counts().dtype())
        .stripTrailing();
  }

  /** The same as one line of plain text. */
  static String sentence(StreamView view) {
    return String.format(
        Locale.ROOT,
        "%s: %d frames in, %d records out, shape %s %s, latency %s, lag %d, %s",
        view.status().streamId(),
        view.status().framesSampled(),
        view.counts().records(),
        view.counts().shape(),
        view.counts().dtype(),
        latency(view),
        view.lag(),
        state(view.status()));
  }

  static String latency(StreamView view) {
    return view.counts().records() == 0
        ? "-"
        : seconds(view.counts().medianLatency()) + " / " + seconds(view.counts().maxLatency());
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
  }

  private static String shape(List<Integer> shape) {
    return shape.toString().replace(" ", "");
  }

  private static String progress(StreamStatus status) {
    if (Double.isNaN(status.progress()) || status.state() == StreamStatus.State.FAILED) {
      return state(status);
    }
    int full = (int) Math.round(Math.min(1, status.progress()) * BAR_WIDTH);
    return "█".repeat(full) + "░".repeat(BAR_WIDTH - full) + " " + state(status);
  }

  private static String state(StreamStatus status) {
    return switch (status.state()) {
      case STARTING -> "starting";
      case FAILED -> "failed";
      case FINISHED -> "done";
      case STOPPED -> "stopped";
      case RUNNING ->
          Double.isNaN(status.progress())
              ? (status.error() == null ? "live" : "no signal")
              : String.format(Locale.ROOT, "%.0f%%", 100 * status.progress());
    };
  }

  private static String shorten(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "…";
  }
}
