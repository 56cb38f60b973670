package io.s2stream.local.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A line for each stream that got on, every two seconds, for logs and pipes. Not thread-safe. */
final class PlainProgress implements Display {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private final Map<String, String> shown = new HashMap<>();
  private long nextNanos = startNanos;

  PlainProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void line(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void update(List<StreamView> streams) {
    if (System.nanoTime() - nextNanos >= 0) {
      nextNanos = System.nanoTime() + PERIOD.toNanos();
      show(streams, false);
    }
  }

  @Override
  public void last(List<StreamView> streams) {
    show(streams, true);
  }

  private void show(List<StreamView> streams, boolean evenIfUnchanged) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    for (StreamView stream : streams) {
      String sentence = StreamColumns.sentence(stream);
      String before = shown.put(stream.status().streamId(), sentence);
      if (evenIfUnchanged || !sentence.equals(before)) {
        line(String.format(Locale.ROOT, "%5.1f s  %s", seconds, sentence));
      }
    }
  }
}
