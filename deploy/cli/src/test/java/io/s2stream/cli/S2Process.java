package io.s2stream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs the packaged {@code bin/s2} and keeps what it prints. */
record S2Process(int exitCode, String out, String err) {
  private static final int MAX_SECONDS = 180;

  static S2Process run(Path workingDir, String... args) throws IOException, InterruptedException {
    return run(Distribution.s2(), workingDir, Map.of(), args);
  }

  static S2Process run(
      Path launcher, Path workingDir, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(args));
    Path out = Files.createTempFile(workingDir, "out", ".txt");
    Path err = Files.createTempFile(workingDir, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDir.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    S2Process result =
        new S2Process(process.exitValue(), Files.readString(out), Files.readString(err));
    assertThat(ended).as("ends within %s s: %s", MAX_SECONDS, result).isTrue();
    return result;
  }

  /** One message, not a stack trace, and nothing of a successful run. */
  S2Process assertRefused(int code, String... messageParts) {
    assertThat(exitCode).as("exit code; %s", this).isEqualTo(code);
    assertThat(err).startsWith("s2: ").containsOnlyOnce("s2: ").contains(messageParts);
    assertThat(out + err).doesNotContain("\tat ").doesNotContain("Exception");
    return this;
  }
}
