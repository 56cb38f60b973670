package io.s2stream.local.demo;

import java.io.PrintStream;
import java.util.List;

/** A table on a terminal that is drawn over itself. Not thread-safe. */
final class LiveTable implements Display {
  private static final String ERASE_BELOW = "\u001b[J";

  /**
   * A row that is wider than the terminal must not wrap: it would take two lines and erase() know
   * one.
   */
  private static final String WRAP_OFF = "\u001b[?7l";

  private static final String WRAP_ON = "\u001b[?7h";
  private static final String DIM = "\u001b[2m";
  private static final String RESET = "\u001b[0m";

  private final PrintStream out;
  private final boolean coloured;
  private int drawnLines;

  LiveTable(PrintStream out, boolean coloured) {
    this.out = out;
    this.coloured = coloured;
  }

  @Override
  public void line(String text) {
    erase();
    out.println(text);
    out.flush();
  }

  @Override
  public void update(List<StreamView> streams) {
    erase();
    String header = StreamColumns.header();
    out.print(WRAP_OFF);
    out.println(coloured ? DIM + header + RESET : header);
    streams.forEach(stream -> out.println(StreamColumns.row(stream)));
    out.print(WRAP_ON);
    out.flush();
    drawnLines = streams.size() + 1;
  }

  @Override
  public void last(List<StreamView> streams) {
    update(streams);
    drawnLines = 0;
  }

  private void erase() {
    if (drawnLines > 0) {
      out.print("\u001b[" + drawnLines + "A\r" + ERASE_BELOW);
      drawnLines = 0;
    }
  }
}
