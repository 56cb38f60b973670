package io.s2stream.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.StreamStatus;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.source.DecoderOptions;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.ingest.synthetic.FfmpegCommand;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Decodes and scales every frame of one file in turn with the ffmpeg command that comes with the
 * natives, with ingest's reader, and with the whole of ingest into a broker on loopback.
 */
@Command(
    name = "ingest-bench",
    mixinStandardHelpOptions = true,
    description = "Times ingest against the ffmpeg command, same file and filter graph, in turn.")
public final class IngestBench implements Callable<Integer> {

  @Option(
      names = "--video",
      description = "A file; default: a clip of 1280x720, 30 frames/s, made on the spot.")
  private @Nullable Path video;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "Length of that clip; default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--side",
      defaultValue = "448",
      description = "Side of the frames; default: ${DEFAULT-VALUE}.")
  private int side;

  @Option(
      names = "--warmups",
      defaultValue = "3",
      description = "Runs before, for Java's compiler; default: ${DEFAULT-VALUE}.")
  private int warmups;

  @Option(
      names = "--repeats",
      defaultValue = "7",
      description = "Timed runs of each; default: ${DEFAULT-VALUE}.")
  private int repeats;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads of the decoders of both sides; default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--encoding",
      defaultValue = "raw",
      description = "raw or jpeg: how both write the pixels of a frame; default: ${DEFAULT-VALUE}.")
  private String encoding;

  @Option(
      names = "--figures",
      description =
          "Print a line for each run and nothing else: 'run' and frames per s of wall clock of ingest and of the"
              + " command, then frames per s of processor time of both.")
  private boolean figures;

  /** Frames in one record for clip models. */
  private static final int CLIP = 8;

  /**
   * Of a long film it keeps the last frames alone. A segment that ends would be written to disk.
   */
  private static final Map<String, String> BROKER =
      Map.of(
          "log.segment.delete.delay.ms", "100",
          "log.segment.bytes", "2000000000",
          "log.retention.bytes", "2000000000",
          "log.retention.check.interval.ms", "10000");

  private int runs;

  private Map<String, String> brokers = Map.of();
  private final CpuTimed command = new CpuTimed();
  private final CpuTimed reader = new CpuTimed();
  private final CpuTimed kafka = new CpuTimed();
  private final CpuTimed clips = new CpuTimed();
  private final CpuTimed start = new CpuTimed();

  public static void main(String[] args) {
    System.exit(new CommandLine(new IngestBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path made = Files.createTempFile("s2-bench-", ".mp4");
    Path oneFrame = Files.createTempFile("s2-bench-", ".mp4");
    try (BrokerProcess broker = BrokerProcess.startWithQuickCompiler(BROKER);
        Admin admin = Admin.create(new HashMap<String, Object>(broker.kafka()))) {
      brokers = broker.kafka();
      Path file = video == null ? made : video;
      if (video == null) {
        SyntheticClip.of(1280, 720, 30, Duration.ofSeconds(seconds)).write(made);
      }
      int one = SyntheticClip.of(1280, 720, 30, Duration.ofMillis(30)).write(oneFrame);
      long frames = read(file);
      for (int i = 0; i < warmups; i++) {
        publish(file, admin, frames, 1, new CpuTimed());
        if (!figures) {
          publish(file, admin, frames, CLIP, new CpuTimed());
        }
      }
      for (int i = 0; i < repeats; i++) {
        double[] times = runCommand(file);
        command.add(times[0], times[1]);
        publish(file, admin, frames, 1, kafka);
        if (figures) {
          printRun(frames);
          continue;
        }
        reader.time(() -> read(file));
        publish(file, admin, frames, CLIP, clips);
        publish(oneFrame, admin, one, 1, start);
        System.err.printf(
            Locale.ROOT,
            "run %d: median cpu s: ffmpeg %.2f, reader %.2f, with Kafka %.2f, by %d %.2f%n",
            i + 1,
            command.cpu(),
            reader.cpu(),
            kafka.cpu(),
            CLIP,
            clips.cpu());
      }
      if (!figures) {
        print(frames);
      }
      return 0;
    } finally {
      Files.delete(made);
      Files.delete(oneFrame);
    }
  }

  private void printRun(long frames) {
    System.out.printf(
        Locale.ROOT,
        "run %.2f %.2f %.2f %.2f%n",
        frames / kafka.lastWall(),
        frames / command.lastWall(),
        frames / kafka.lastCpu(),
        frames / command.lastCpu());
  }

  private boolean jpeg() {
    return encoding.equals("jpeg");
  }

  private long read(Path file) throws Exception {
    ReaderOptions options =
        ReaderOptions.of(new ImageSize(side, side), Sampling.of(new SamplingMode.All()))
            .withDecoding(DecoderOptions.DEFAULT.withThreads(threads));
    long frames = 0;
    try (VideoReader video = VideoReader.open(new SourceUri(file.toString()), options)) {
      for (VideoFrame frame = video.next(); frame != null; frame = video.next()) {
        video.reuse(frame);
        frames++;
      }
    }
    return frames;
  }

  private void publish(Path file, Admin admin, long frames, int framesPerRecord, CpuTimed times)
      throws Exception {
    String topic = "frames-" + runs++; // The broker may know one that is gone for a while.
    String yaml =
        String.format(
            Locale.ROOT,
            "{kafka: {bootstrap.servers: '%s', schema.registry.url: '%s'}, resume: false, image-size: [%d],"
                + " frames-topic: %s, frames-per-record: %d, encoding: {format: %s},"
                + " sampling: {all: true}, topics: {partitions: 1}, decoding: {threads: %d},"
                + " streams: [{id: bench, uri: '%s'}]}",
            brokers.get("bootstrap.servers"),
            brokers.get("schema.registry.url"),
            side,
            topic,
            framesPerRecord,
            encoding,
            threads,
            file);
    IngestConfig config = ConfigParser.parse(yaml, "bench", IngestConfig.class, Map.of());
    times.time(() -> publish(config, frames));
    // Most of it before it reaches the disk, whose writer would take part of the cores.
    admin.deleteTopics(List.of(topic)).all().get();
  }

  private static void publish(IngestConfig config, long frames) throws Exception {
    try (IngestApp app = IngestApp.start(config)) {
      app.awaitFinished(Duration.ofMinutes(10));
      StreamStatus status = app.streams().get(0);
      if (status.framesAcknowledged() != frames) {
        throw new IllegalStateException("expected " + frames + " frames, got " + status);
      }
    }
  }

  /** Returns seconds of wall clock and of processor time. */
  private double[] runCommand(Path file) throws IOException, InterruptedException {
    String filters =
        String.format(
            Locale.ROOT,
            "scale=w=%d:h=%d:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
                + ":param0=0:param1=0.5,format=rgb24",
            side,
            side);
    if (jpeg()) {
      filters +=
          ",scale=out_color_matrix=bt601:out_range=full:flags=bicubic+accurate_rnd"
              + "+full_chroma_int+full_chroma_inp,format=yuvj444p";
    }
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "TIMEFORMAT='%R %U %S'; time \"$0\" -v error -nostdin -threads "
                    + threads
                    + " -filter_threads 1"
                    + " -i \"$1\" -vf \"$2\""
                    + (jpeg() ? " -c:v mjpeg -q:v 2 -threads 1" : "")
                    + " -fps_mode passthrough -f null -",
                ffmpeg(),
                file.toString(),
                filters)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the ffmpeg command failed: " + output);
    }
    String[] times = output.strip().split(" ", -1);
    return new double[] {
      Double.parseDouble(times[0]), Double.parseDouble(times[1]) + Double.parseDouble(times[2])
    };
  }

  private static String ffmpeg() {
    return FfmpegCommand.path().orElseThrow(() -> new IllegalStateException(FfmpegCommand.MISSING));
  }

  private void print(long frames) {
    System.out.printf(
        Locale.ROOT,
        "%d frames to %dx%d, %s, decoders of %d threads, %d runs each in turn; ratio: the command's time over ours,"
            + " run by run, median (lowest to highest)%n%n"
            + "| | cpu ms/frame | wall ms/frame | cpu ratio | wall ratio |%n|---|---|---|---|---|%n"
            + "| ffmpeg -f null | %.2f | %.2f | | |%n",
        frames,
        side,
        side,
        encoding,
        threads,
        repeats,
        1e3 * command.cpu() / frames,
        1e3 * command.wall() / frames);
    for (Map.Entry<String, CpuTimed> ours :
        List.of(
            Map.entry("ingest without Kafka", reader),
            Map.entry("ingest with Kafka", kafka),
            Map.entry("ingest with Kafka, frames-per-record: " + CLIP, clips))) {
      CpuTimed times = ours.getValue();
      double[] cpu = times.cpuRatios(command);
      double[] wall = times.wallRatios(command);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %.2f (%.2f to %.2f) | %.2f (%.2f to %.2f) |%n",
          ours.getKey(),
          1e3 * times.cpu() / frames,
          1e3 * times.wall() / frames,
          cpu[1],
          cpu[0],
          cpu[2],
          wall[1],
          wall[0],
          wall[2]);
    }
    System.out.printf(
        Locale.ROOT,
        "%nOf ingest with Kafka, %.2f cpu s of each run are starting and stopping (a file of one"
            + " frame).%n",
        start.cpu());
  }
}
