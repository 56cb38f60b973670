package io.s2stream.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;

/**
 * Wall clock and processor time of one way of doing some work, over several runs. On a machine that
 * others use, too, processor time is what can be compared.
 */
final class CpuTimed {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final List<Double> wallSeconds = new ArrayList<>();
  private final List<Double> cpuSeconds = new ArrayList<>();

  /** Work of this process. */
  interface Work {
    void run() throws Exception;
  }

  /** Runs work in this process; its processor time is that of all threads, user and system. */
  void time(Work work) throws Exception {
    long cpu = SYSTEM.getProcessCpuTime();
    long wall = System.nanoTime();
    work.run();
    add((System.nanoTime() - wall) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
  }

  void add(double wall, double cpu) {
    wallSeconds.add(wall);
    cpuSeconds.add(cpu);
  }

  double lastWall() {
    return wallSeconds.get(wallSeconds.size() - 1);
  }

  double lastCpu() {
    return cpuSeconds.get(cpuSeconds.size() - 1);
  }

  double wall() {
    return median(wallSeconds);
  }

  double cpu() {
    return median(cpuSeconds);
  }

  /**
   * The other's processor time over this one's, run by run: above 1, this one is cheaper.
   *
   * @return lowest, median, highest
   */
  double[] cpuRatios(CpuTimed other) {
    return ratios(other.cpuSeconds, cpuSeconds);
  }

  /** As {@link #cpuRatios} for the wall clock. */
  double[] wallRatios(CpuTimed other) {
    return ratios(other.wallSeconds, wallSeconds);
  }

  private static double[] ratios(List<Double> above, List<Double> below) {
    double[] ratios = new double[above.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = above.get(i) / below.get(i);
    }
    Arrays.sort(ratios);
    return new double[] {ratios[0], ratios[ratios.length / 2], ratios[ratios.length - 1]};
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
