package io.s2stream.faults.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What a child process is told on its standard input; it ends at once when that closes. */
final class Commands {
  private Commands() {}

  /** Answers commands on a thread of its own. */
  static void listen(Consumer<String> command) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader in =
                  new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                  command.accept(line);
                }
              } catch (IOException e) {
                System.err.println("standard input: " + e);
              }
              Runtime.getRuntime().halt(3); // The parent is gone.
            },
            "commands");
    thread.setDaemon(true);
    thread.start();
  }

  /** Tells the parent something. */
  static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
