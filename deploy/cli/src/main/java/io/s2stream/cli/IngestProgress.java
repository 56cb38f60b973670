package io.s2stream.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

import io.s2stream.ingest.StreamStatus;
import io.s2stream.ingest.StreamStatus.State;

/** Draws how far ingest's files are, over itself, on a terminal. Not thread-safe. */
final class IngestProgress {
  private static final int BAR_WIDTH = 30;

  private final PrintStream out;
  private boolean drawn;

  IngestProgress(PrintStream terminal) {
    this.out = terminal;
  }

  /** Draws nothing until there is a file: folders may be empty at first. */
  void update(List<StreamStatus> streams) {
    if (!drawn && streams.stream().allMatch(StreamStatus::live)) {
      return;
    }
    out.print("\r" + line(streams) + "\u001b[K");
    out.flush();
    drawn = true;
  }

  /** Ends the line, if there is one. */
  void close() {
    if (drawn) {
      out.println();
    }
  }

  static String line(List<StreamStatus> streams) {
    List<StreamStatus> files = streams.stream().filter(stream -> !stream.live()).toList();
    long ended =
        files.stream()
            .filter(file -> file.state() == State.FINISHED || file.state() == State.FAILED)
            .count();
    double done =
        files.stream()
            .mapToDouble(file -> file.state() == State.FAILED ? 1 : file.progress())
            .map(fraction -> Double.isNaN(fraction) ? 0 : fraction)
            .average()
            .orElse(0);
    int filled = (int) Math.round(done * BAR_WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  %d of %d files, %d live streams, %,d frames sent",
        "#".repeat(filled),
        " ".repeat(BAR_WIDTH - filled),
        Math.floor(100 * done),
        ended,
        files.size(),
        streams.size() - files.size(),
        streams.stream().mapToLong(StreamStatus::framesAcknowledged).sum());
  }
}
