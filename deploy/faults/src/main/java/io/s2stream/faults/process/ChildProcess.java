package io.s2stream.faults.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A Java process with the class path of this one. It says on its standard output, line by line,
 * what this side waits for, takes commands from its standard input, and ends when that closes: so
 * it can't outlive us. Its log is its standard error. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    // Whatever way we end, but by SIGKILL; then the closed standard input ends them.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "kill-children"));
  }

  private final String name;
  private final Process process;
  private final Path log;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a main class.
   *
   * @param heapMegabytes of the JVM
   * @param log appended to
   */
  public static ChildProcess start(
      String name, Class<?> main, int heapMegabytes, Path log, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The quick compiler and collector: many short-lived processes on few processors.
    command.addAll(List.of("-Xmx" + heapMegabytes + "m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xshare:auto", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    RUNNING.add(process);
    process.onExit().thenAccept(RUNNING::remove);
    ChildProcess child = new ChildProcess(name, process, log);
    Thread reader = new Thread(child::readLines, "lines-of-" + name);
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  private void readLines() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      return; // The process was killed.
    }
  }

  /**
   * Waits for a line that starts with this word; lines before it are dropped.
   *
   * @return the rest of the line
   * @throws IOException when it doesn't come in time, or the process ended
   */
  public String await(String word, Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      String line = lines.poll(50, TimeUnit.MILLISECONDS);
      if (line != null && line.startsWith(word)) {
        return line.substring(word.length()).trim();
      }
      if (line == null && !process.isAlive()) {
        throw new IOException(
            name + " ended with code " + process.exitValue() + "; its log is " + log);
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            name + " did not say '" + word + "' within " + timeout + "; its log is " + log);
      }
    }
  }

  /** The lines said so far, and not yet waited for, that start with this word: how often each. */
  public Map<String, Long> said(String word) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .collect(
            Collectors.groupingBy(
                line -> line.substring(word.length()), TreeMap::new, Collectors.counting()));
  }

  /** Sends a line to its standard input. */
  public void command(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** SIGKILL; waits until the process is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * SIGTERM; waits, and kills it if that does not help.
   *
   * @return the exit code, or null if it had to be killed
   */
  public @Nullable Integer terminate(Duration patience) throws InterruptedException {
    process.destroy();
    if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return process.exitValue();
    }
    kill();
    return null;
  }

  /** SIGSTOP: keeps its sockets open and does nothing. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + signal + " of " + name + " gave " + code);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when the process ends, in whatever way. */
  public void onExit(Runnable then) {
    process.onExit().thenRun(then);
  }

  /** Resident memory in bytes, as Linux tells it. */
  public long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no VmRSS of " + name);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
