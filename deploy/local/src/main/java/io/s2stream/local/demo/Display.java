package io.s2stream.local.demo;

import java.util.List;

/** Where the demo shows how it is getting on. */
interface Display {
  /** Prints a line that stays. */
  void line(String text);

  /** Shows the streams as they are now; called several times a second. */
  void update(List<StreamView> streams);

  /** Shows the streams for the last time. */
  void last(List<StreamView> streams);
}
