package io.s2stream.cli.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.s2stream.ingest.source.ReaderEvents;

/** Counts what happened while a video was read. Used by the reading thread. */
final class ReadingReport implements ReaderEvents {
  private long decoded;
  private long errors;
  private String earlyEnd = "";

  @Override
  public void decoded(long ptsMicros) {
    decoded++;
  }

  @Override
  public void decodeError() {
    errors++;
  }

  @Override
  public void endedEarly(long lastPtsMicros, long declaredMicros) {
    earlyEnd =
        String.format(
            Locale.ROOT,
            "the video ends at %.1f s, though it says it is %.1f s long",
            lastPtsMicros / 1e6,
            declaredMicros / 1e6);
  }

  long decoded() {
    return decoded;
  }

  /** What users should know about the source; empty when it was sound. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (errors > 0) {
      warnings.add(errors + " packets or frames of the video are damaged");
    }
    if (!earlyEnd.isEmpty()) {
      warnings.add(earlyEnd);
    }
    return warnings;
  }
}
