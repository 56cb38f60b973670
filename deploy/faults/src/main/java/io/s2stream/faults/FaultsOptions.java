package io.s2stream.faults;

import java.time.Duration;
import java.util.List;

import io.s2stream.processor.Guarantee;

/**
 * What is to be run.
 *
 * @param full the full form, or the quick one of some five minutes
 * @param names of the cases; empty for all
 * @param only the guarantees to run a case under, where it has them
 * @param protocol of the processors' group, {@code classic} or {@code streams}
 * @param seed of whatever is random
 * @param soak length of the soak
 */
public record FaultsOptions(
    boolean full,
    List<String> names,
    List<Guarantee> only,
    String protocol,
    long seed,
    Duration soak) {

  /** Cases at a time; in full form one, as it is to have the machine for itself. */
  int lanes() {
    return full ? 1 : 2;
  }

  List<FaultCase> cases() {
    return Faults.CASES.stream()
        .filter(each -> names.isEmpty() ? full || !each.onlyFull() : names.contains(each.name()))
        .toList();
  }

  List<Guarantee> guarantees(FaultCase each) {
    List<Guarantee> offered = full || !names.isEmpty() ? each.guarantees() : each.quickGuarantees();
    return offered.stream().filter(only::contains).toList();
  }
}
