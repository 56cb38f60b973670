package io.s2stream.cli.extract;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells how far an extraction is: a bar that is drawn over itself on a terminal, otherwise a line
 * at each further tenth. Not thread-safe.
 */
public final class Progress {
  private static final int BAR_WIDTH = 30;
  private static final long REDRAW_NANOS = 200_000_000;
  private static final int FRAMES_PER_LINE = 200;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long startNanos;
  private long startFrames;
  private long drawnNanos;
  private boolean drawn;
  private long lastStep;

  /**
   * @param terminal whether {@code out} is one
   * @param nanos clock, as {@link System#nanoTime}
   */
  public Progress(PrintStream out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /**
   * Begins to count.
   *
   * @param frames done by an earlier run
   */
  void start(long frames) {
    startNanos = nanos.getAsLong();
    startFrames = frames;
  }

  /**
   * Notes what has been done.
   *
   * @param done 0..1, NaN if the length isn't known
   * @param frames done, with those of earlier runs
   */
  void update(double done, long frames) {
    if (terminal) {
      bar(done, frames);
    } else {
      line(done, frames);
    }
  }

  private void bar(double done, long frames) {
    long now = nanos.getAsLong();
    if (drawn && now - drawnNanos < REDRAW_NANOS && done < 1) {
      return;
    }
    double seconds = (now - startNanos) / 1e9;
    double rate = seconds > 0 ? (frames - startFrames) / seconds : 0;
    StringBuilder text = new StringBuilder("\r");
    if (!Double.isNaN(done)) {
      int full = (int) (done * BAR_WIDTH);
      text.append('[').append("=".repeat(full)).append(" ".repeat(BAR_WIDTH - full)).append("] ");
      text.append(percent(done)).append("  ");
    }
    text.append(String.format(Locale.ROOT, "%d frames  %.1f frames/s\u001b[K", frames, rate));
    out.print(text);
    out.flush();
    drawn = true;
    drawnNanos = now;
  }

  private void line(double done, long frames) {
    boolean known = !Double.isNaN(done);
    long step = known ? (long) (done * 10) : frames / FRAMES_PER_LINE;
    if (step <= lastStep) {
      return;
    }
    lastStep = step;
    out.println((known ? percent(done) + "  " : "") + frames + " frames");
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
