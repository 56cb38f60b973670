package io.s2stream.local.demo;

import java.io.PrintStream;
import java.util.List;

/** A table on a terminal that is drawn over itself. Not thread-safe. */
final class LiveTable implements Display {
  private static final String ERASE_BELOW = "\u001b[J";
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
    out.println(coloured ? DIM + header + RESET : header);
    streams.forEach(stream -> out.println(StreamColumns.row(stream)));
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
