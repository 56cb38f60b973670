package io.s2stream.faults.process;

import java.io.IOException;
import java.time.Duration;

/**
 * What a processor takes of its machine.
 *
 * @param heapBytes in use after a collection
 * @param residentBytes of the whole process, native memory included
 * @param threads that live
 */
public record Vitals(long heapBytes, long residentBytes, int threads) {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Asks a processor. */
  public static Vitals of(ChildProcess processor) throws IOException, InterruptedException {
    processor.command("vitals");
    String[] answer = processor.await("vitals", TIMEOUT).split(" ");
    return new Vitals(
        Long.parseLong(answer[0]), processor.residentBytes(), Integer.parseInt(answer[1]));
  }

  @Override
  public String toString() {
    return "%.1f MB heap, %.1f MB resident, %d threads"
        .formatted(heapBytes / 1e6, residentBytes / 1e6, threads);
  }
}
