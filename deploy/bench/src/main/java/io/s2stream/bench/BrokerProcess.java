package io.s2stream.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import io.s2stream.local.LocalStack;

/** A broker and a registry in a process of their own, so that their processor time is not ours. */
final class BrokerProcess implements AutoCloseable {

  private final Process process;
  private final Map<String, String> kafka;

  private BrokerProcess(Process process, Map<String, String> kafka) {
    this.process = process;
    this.kafka = kafka;
  }

  static BrokerProcess start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
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
  Map<String, String> kafka() {
    return kafka;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close(); // Ends it.
    process.onExit().join();
  }

  /** Runs until standard input ends; keeps little of what it is sent. */
  public static void main(String[] args) throws IOException {
    Map<String, String> few =
        Map.of(
            "log.retention.bytes", "67108864",
            "log.segment.bytes", "33554432",
            "log.retention.check.interval.ms", "1000");
    try (LocalStack stack = LocalStack.start(few)) {
      System.out.println("ready " + stack.bootstrapServers() + " " + stack.registryUrl());
      while (System.in.read() >= 0) {
        // Until whoever started this is gone.
      }
    }
  }
}
