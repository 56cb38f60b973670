package io.s2stream.processor.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks NVIDIA's {@code nvidia-smi}, which its container runtime puts into every pod with the driver
 * capability {@code utility}, for the state of the GPUs. Not thread-safe.
 */
final class NvidiaSmi {
  private static final List<String> QUERY =
      List.of(
          "--query-gpu=index,memory.used,memory.total,utilization.gpu",
          "--format=csv,noheader,nounits");

  private static final double MEBIBYTE = 1 << 20;

  /** A line is some 30 bytes; what a tool that went mad says is not read to its end. */
  private static final int MAX_OUTPUT_BYTES = 16_384;

  private final List<String> command;
  private final Duration patience;

  /**
   * @param executable name or path of the tool
   * @param patience how long it may take; then it is killed
   */
  NvidiaSmi(String executable, Duration patience) {
    this.command = new ArrayList<>(List.of(executable));
    this.command.addAll(QUERY);
    this.patience = patience;
  }

  /**
   * One GPU, as far as the driver tells; NaN for what it doesn't, such as the utilisation of one
   * that is cut into MIG slices.
   *
   * @param utilization share of the time that something ran on it, 0 to 1
   */
  record Gpu(int index, double usedBytes, double totalBytes, double utilization) {}

  /** There is no such tool on this machine, or it may not be run. */
  static final class MissingException extends IOException {
    private static final long serialVersionUID = 1L;

    MissingException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * @throws MissingException when there is no such tool
   * @throws IOException when it fails, takes too long, or says what can't be understood
   */
  List<Gpu> ask() throws IOException, InterruptedException {
    Process process = start();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command.get(0) + " gave no answer within " + patience);
      }
      String answer =
          new String(process.getInputStream().readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(
            command.get(0) + " failed with " + process.exitValue() + ": " + answer.strip());
      }
      return parse(answer);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start() throws MissingException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new MissingException(e);
    }
  }

  private static List<Gpu> parse(String answer) throws IOException {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : answer.lines().filter(line -> !line.isBlank()).toList()) {
      String[] fields = line.split(",", -1);
      try {
        gpus.add(
            new Gpu(
                Integer.parseInt(fields[0].strip()),
                number(fields[1]) * MEBIBYTE,
                number(fields[2]) * MEBIBYTE,
                number(fields[3]) / 100));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IOException("expected 'index, MiB used, MiB, percent', found: " + line, e);
      }
    }
    return gpus;
  }

  /** What is not told is {@code [N/A]} or {@code [Not Supported]}. */
  private static double number(String field) {
    String text = field.strip();
    return text.startsWith("[") ? Double.NaN : Double.parseDouble(text);
  }
}
