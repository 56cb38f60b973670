package io.s2stream.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.local.LocalStack;

/** A broker and a registry in a process of their own, so that their processor time is not ours. */
public final class BrokerProcess implements AutoCloseable {

  private final Process process;
  private final Map<String, String> kafka;

  private BrokerProcess(Process process, Map<String, String> kafka) {
    this.process = process;
    this.kafka = kafka;
  }

  /** Starts one without the optimising compiler, which works beside its clients for minutes. */
  static BrokerProcess startWithQuickCompiler(Map<String, String> properties) throws IOException {
    return start(properties, List.of("-XX:TieredStopAtLevel=1"));
  }

  /**
   * @param properties of the broker
   */
  public static BrokerProcess start(Map<String, String> properties) throws IOException {
    return start(properties, List.of());
  }

  private static BrokerProcess start(Map<String, String> properties, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    // Its own log4j would say at its end that it has ended already.
    command.addAll(List.of("-Xmx768m", "-Dlog4j.shutdownHookEnabled=false", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(BrokerProcess.class.getName());
    properties.forEach((key, value) -> command.add(key + "=" + value));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("ready")) {
        return new BrokerProcess(
            process, Map.of("bootstrap.servers", words[1], "schema.registry.url", words[2]));
      }
    }
    throw new IOException("the broker did not start");
  }

  /** Returns the {@code kafka} section that reaches both. */
  public Map<String, String> kafka() {
    return kafka;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close(); // Ends it.
    process.onExit().join();
  }

  /**
   * Runs until standard input ends.
   *
   * @param args broker properties as {@code key=value}
   */
  public static void main(String[] args) throws IOException {
    Map<String, String> properties = new HashMap<>();
    for (String arg : args) {
      String[] property = arg.split("=", 2);
      properties.put(property[0], property[1]);
    }
    try (LocalStack stack = LocalStack.start(properties)) {
      System.out.println("ready " + stack.bootstrapServers() + " " + stack.registryUrl());
      while (System.in.read() >= 0) {
        // Until whoever started this is gone.
      }
    }
  }
}
