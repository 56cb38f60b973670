package io.s2stream.local.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A line for each stream every two seconds, for logs and pipes. Not thread-safe. */
final class PlainProgress implements Display {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final PrintStream out;
  private final long startNanos = System.nanoTime();
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
      last(streams);
    }
  }

  @Override
  public void last(List<StreamView> streams) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    for (StreamView stream : streams) {
      line(String.format(Locale.ROOT, "%5.1f s  %s", seconds, StreamColumns.sentence(stream)));
    }
  }
}
