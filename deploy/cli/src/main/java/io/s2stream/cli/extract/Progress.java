package io.s2stream.cli.extract;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells how far a long piece of work is: a bar that is drawn over itself on a terminal, otherwise a
 * line at each further tenth. Not thread-safe.
 */
public final class Progress {
  private static final int BAR_WIDTH = 30;
  private static final long REDRAW_NANOS = 200_000_000;
  private static final int PER_LINE = 200;

  private final PrintStream out;
  private final String things;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long startNanos;
  private long startCount;
  private long drawnNanos;
  private boolean drawn;
  private long lastStep;

  /**
   * @param things what is counted, in the plural
   * @param terminal whether {@code out} is one
   * @param nanos clock, as {@link System#nanoTime}
   */
  public Progress(PrintStream out, String things, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.things = things;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /**
   * Begins to count.
   *
   * @param count done by an earlier run
   */
  public void start(long count) {
    startNanos = nanos.getAsLong();
    startCount = count;
  }

  /**
   * Notes what has been done.
   *
   * @param done 0..1, NaN if the length isn't known
   * @param count done, with those of earlier runs
   */
  public void update(double done, long count) {
    if (terminal) {
      bar(done, count);
    } else {
      line(done, count);
    }
  }

  private void bar(double done, long count) {
    long now = nanos.getAsLong();
    if (drawn && now - drawnNanos < REDRAW_NANOS && done < 1) {
      return;
    }
    double seconds = (now - startNanos) / 1e9;
    double rate = seconds > 0 ? (count - startCount) / seconds : 0;
    StringBuilder text = new StringBuilder("\r");
    if (!Double.isNaN(done)) {
      int full = (int) (done * BAR_WIDTH);
      text.append('[').append("=".repeat(full)).append(" ".repeat(BAR_WIDTH - full)).append("] ");
      text.append(percent(done)).append("  ");
    }
    text.append(
        String.format(Locale.ROOT, "%d %s  %.1f %s/s\u001b[K", count, things, rate, things));
    out.print(text);
    out.flush();
    drawn = true;
    drawnNanos = now;
  }

  private void line(double done, long count) {
    boolean known = !Double.isNaN(done);
    long step = known ? (long) (done * 10) : count / PER_LINE;
    if (step <= lastStep) {
      return;
    }
    lastStep = step;
    out.println((known ? percent(done) + "  " : "") + count + " " + things);
    out.flush();
  }

  private static String percent(double done) {
    return String.format(Locale.ROOT, "%3.0f %%", Math.floor(100 * done));
  }

  /** Prints a line of its own, below the bar. */
  public void say(String text) {
    endLine();
    out.println(text);
    out.flush();
  }

  /** Leaves the bar as it is and goes on below it. */
  public void endLine() {
    if (drawn) {
      out.println();
      out.flush();
      drawn = false;
    }
  }
}
