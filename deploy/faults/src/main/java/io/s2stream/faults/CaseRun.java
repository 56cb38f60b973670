package io.s2stream.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

import io.s2stream.faults.process.Cluster;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.processor.Guarantee;

/**
 * What a case gets to run once.
 *
 * @param name of the case
 * @param full the full form, or the quick one
 * @param protocol of the processors' group, {@code classic} or {@code streams}
 * @param seed of {@link #random}, and of whatever the children do at random
 * @param soak length of the soak
 * @param directory for configurations, logs and storage; deleted when all passed
 * @param broker a single node, shared with other cases: leave it as you found it
 * @param registry shared with other cases
 * @param progress takes lines for people
 */
public record CaseRun(
    String name,
    Guarantee guarantee,
    boolean full,
    String protocol,
    long seed,
    Duration soak,
    Path directory,
    Cluster broker,
    EmbeddedRegistry registry,
    Random random,
    Consumer<String> progress) {

  /** The figure of the full form, or that of the quick one. */
  public int figure(int fullForm, int quickForm) {
    return full ? fullForm : quickForm;
  }

  /** Says how it is going. */
  public void say(String format, Object... values) {
    progress.accept(format.formatted(values));
  }

  /** Waits for a random time. */
  public void pause(Duration shortest, Duration longest) throws InterruptedException {
    Thread.sleep(random.nextLong(shortest.toMillis(), longest.toMillis() + 1));
  }
}
