package io.s2stream.faults.child;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a processor under faults is told beside its configuration.
 *
 * @param delayMillis the tower takes for a batch
 * @param featureBytes of a frame, a multiple of 8
 * @param instances processors in this one process
 * @param commitSafety false: Kafka Streams' own clients, whose commits pass frames under way; for
 *     the control case alone
 * @param faults as {@link FaultPlan} reads them
 * @param seed of whatever is random
 */
public record ChildOptions(
    long delayMillis,
    int featureBytes,
    int instances,
    boolean commitSafety,
    String faults,
    long seed) {

  /** One sound processor. */
  public static ChildOptions sound(long delayMillis, long seed) {
    return new ChildOptions(delayMillis, 64, 1, true, "", seed);
  }

  public ChildOptions withFaults(String spec) {
    return new ChildOptions(delayMillis, featureBytes, instances, commitSafety, spec, seed);
  }

  /**
   * With what is left of the faults.
   *
   * @param met how often each point was struck, by its label
   */
  public ChildOptions withoutFaults(Map<String, Long> met) {
    return withFaults(FaultPlan.left(faults, met));
  }

  /** As arguments of the child's main. */
  public List<String> arguments() {
    return new ArrayList<>(
        List.of(
            "" + delayMillis,
            "" + featureBytes,
            "" + instances,
            "" + commitSafety,
            faults,
            "" + seed));
  }

  static ChildOptions of(List<String> arguments) {
    return new ChildOptions(
        Long.parseLong(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Boolean.parseBoolean(arguments.get(3)),
        arguments.get(4),
        Long.parseLong(arguments.get(5)));
  }

  Duration delay() {
    return Duration.ofMillis(delayMillis);
  }
}
