package io.s2stream.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.local.LocalStack;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Processor time that {@code s2 viewer}, started as its users start it, needs for streams that a
 * browser looks at: it is sent every moment with its picture.
 */
@Command(name = "viewer.sh", mixinStandardHelpOptions = true)
public final class ViewerBench implements Callable<Integer> {
  @Option(names = "--streams", defaultValue = "9")
  private int streams;

  @Option(names = "--fps", defaultValue = "2")
  private double fps;

  @Option(names = "--seconds", defaultValue = "60")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "150",
      description = "Seconds before; at this pace Java compiles for minutes.")
  private int warmUp;

  @Option(names = "--jpeg", description = "Frames are JPEGs; default: raw, as ingest's default.")
  private boolean jpeg;

  @Option(
      names = "--launcher",
      required = true,
      description = "bin/s2 of the distribution that is measured, with the JVM's options it sets.")
  private Path launcher;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicLong moments = new AtomicLong();
  private final AtomicLong pictureBytes = new AtomicLong();
  private volatile boolean ended;

  /** Prints one line. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ViewerBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path config = Files.createTempFile("viewer-bench-", ".yaml");
    try (LocalStack stack = LocalStack.start();
        ViewedStreams published = new ViewedStreams(stack.kafkaProperties(), jpeg)) {
      Files.writeString(
          config,
          "kafka: {bootstrap.servers: '%s', schema.registry.url: '%s'}\nweb: {port: 0}\nfps: %s\n"
              .formatted(stack.bootstrapServers(), stack.registryUrl(), fps));
      Process viewer =
          new ProcessBuilder(launcher.toString(), "viewer", "--config", config.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        measure(viewer, address(viewer), published);
      } finally {
        ended = true;
        viewer.destroy();
        viewer.waitFor();
      }
    } finally {
      Files.delete(config);
    }
    return 0;
  }

  private static String address(Process viewer) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(viewer.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("the viewer is at ")) {
        return line.substring("the viewer is at ".length());
      }
    }
    throw new IOException("the viewer did not start");
  }

  private void measure(Process viewer, String url, ViewedStreams published) throws Exception {
    Thread looking = new Thread(() -> look(url), "looking");
    looking.setDaemon(true);
    looking.start();
    long start = System.nanoTime();
    long measuredFrom = 0;
    Duration cpuBefore = Duration.ZERO;
    long momentsBefore = 0;
    for (long frame = 0; ; frame++) {
      for (int stream = 0; stream < streams; stream++) {
        published.publish("cam-" + stream, frame, (long) (frame / fps * 1e6));
      }
      long now = System.nanoTime();
      if (measuredFrom == 0 && now - start > warmUp * 1_000_000_000L) {
        measuredFrom = now;
        cpuBefore = cpu(viewer);
        momentsBefore = moments.get();
      }
      if (measuredFrom != 0 && now - measuredFrom > seconds * 1_000_000_000L) {
        report(
            (now - measuredFrom) / 1e9,
            cpu(viewer).minus(cpuBefore).toNanos() / 1e9,
            moments.get() - momentsBefore);
        return;
      }
      if (frame == 2) {
        watch(url);
      }
      long next = start + (long) ((frame + 1) / fps * 1e9);
      Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
    }
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private void report(double wall, double cpu, long shown) {
    System.out.printf(
        Locale.ROOT,
        "%d streams at %s fps, %s frames: %.1f %% of one core over %.0f s, %.1f moments/s shown,"
            + " %.1f kB a picture%n",
        streams,
        fps,
        jpeg ? "JPEG" : "raw",
        100 * cpu / wall,
        wall,
        shown / wall,
        pictureBytes.get() / 1e3 / Math.max(1, moments.get()));
  }

  private void watch(String url) throws IOException, InterruptedException {
    JsonNode found = json.readTree(new String(get(url + "/api/state"), StandardCharsets.UTF_8));
    while (found.path("streams").size() < streams) {
      Thread.sleep(200);
      found = json.readTree(new String(get(url + "/api/state"), StandardCharsets.UTF_8));
    }
    byte[] unused =
        get(
            url
                + "/api/watch?browser=bench&streams="
                + IntStream.range(0, streams)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(",")));
  }

  private byte[] get(String url) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  /** As the page does: reads the events, and fetches the pictures that don't come along. */
  private void look(String url) {
    try (InputStream events =
            http.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/events?browser=bench")).build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))) {
      String event = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ") && event.equals("moment")) {
          JsonNode moment = json.readTree(line.substring(6));
          pictureBytes.addAndGet(picture(url, moment).length);
          moments.incrementAndGet();
        }
      }
    } catch (IOException e) {
      if (!ended) {
        throw new IllegalStateException("the viewer ended the events", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] picture(String url, JsonNode moment) throws IOException, InterruptedException {
    byte[] pushed = moment.path("jpeg").binaryValue();
    if (pushed != null) {
      return pushed;
    }
    return get(
        url + "/api/small.jpg?stream=" + moment.path("stream") + "&index=" + moment.path("index"));
  }
}
