package io.s2stream.bench.compare;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.bench.IngestBench;

/**
 * The whole of ingest, a file to Kafka, against the {@code ffmpeg} command with the same filter
 * graph, and for JPEG the same encoder, to null; in a process of its own with the JVM's options of
 * {@code s2 ingest}.
 */
final class IngestAgainstFfmpeg implements Comparison {
  private static final double TARGET = 0.9;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String about() {
    return "Ingest: decode, scale, encode, publish every frame of 720p, against ffmpeg that does the same to null";
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    rows.addAll(run(bench, "jpeg", "ffmpeg, same graph and encoder, to null"));
    rows.addAll(run(bench, "raw", "ffmpeg, same graph, to null"));
    return rows;
  }

  private static List<Row> run(Workbench bench, String encoding, String peer) throws Exception {
    int seconds = bench.tiny() ? 2 : bench.quick() ? 20 : 60;
    int warmUps = bench.tiny() ? 0 : 2;
    int repeats = bench.tiny() ? 1 : bench.quick() ? 3 : 5;
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseParallelGC",
                "-Xmx1g",
                "-Dlog4j.shutdownHookEnabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                IngestBench.class.getName(),
                "--figures",
                "--encoding=" + encoding,
                "--seconds=" + seconds,
                "--warmups=" + warmUps,
                "--repeats=" + repeats)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<double[]> runs = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("run")) {
          bench.say("ingest, " + encoding + ": " + line);
          runs.add(
              List.of(words).subList(1, 5).stream().mapToDouble(Double::parseDouble).toArray());
        }
      }
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0 || runs.isEmpty()) {
      throw new WrongOutputException("the benchmark of ingest ended with " + process.exitValue());
    }
    String what = "ingest, every frame of 720p to 448 px " + encoding + " in Kafka, ";
    return List.of(
        row(what + "by the wall clock", "frames/s", peer, runs, 0),
        row(what + "by processor time", "frames/cpu s", peer, runs, 2));
  }

  private static Row row(String what, String unit, String peer, List<double[]> runs, int first) {
    return Row.rates(
        what,
        unit,
        runs.stream().mapToDouble(run -> run[first]).toArray(),
        peer,
        runs.stream().mapToDouble(run -> run[first + 1]).toArray(),
        TARGET);
  }
}
