package io.s2stream.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.s2stream.ingest.encode.JpegEncoder;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what a frame of a scene in which nothing moves costs, with and without min-difference. */
@Command(
    name = "static-scene-bench",
    mixinStandardHelpOptions = true,
    description =
        "Cost per frame of a static, noisy scene of 1280x720, with and without min-difference.")
public final class StaticSceneBench implements Callable<Integer> {

  private static final int FPS = 30;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Length of the clip; default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--side",
      defaultValue = "448",
      description = "Side of the frames; default: ${DEFAULT-VALUE}.")
  private int side;

  @Option(
      names = "--repeats",
      defaultValue = "5",
      description = "Timed runs of each, after one to warm up; default: ${DEFAULT-VALUE}.")
  private int repeats;

  /** One way of reading the clip; {@code jpeg} null: as raw pixels. */
  private record Way(Sampling sampling, @Nullable JpegEncoder jpeg, CpuTimed times) {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new StaticSceneBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path file = Files.createTempFile("s2-bench-", ".mp4");
    try (JpegEncoder jpeg = new JpegEncoder(new ImageSize(side, side), 2)) {
      int frames = clip().write(file);
      Sampling all = Sampling.of(new SamplingMode.All());
      Map<String, Way> ways = new LinkedHashMap<>();
      ways.put(
          "decoding alone",
          new Way(Sampling.of(new SamplingMode.EveryNth(frames)), null, new CpuTimed()));
      ways.put("raw", new Way(all, null, new CpuTimed()));
      ways.put("jpeg", new Way(all, jpeg, new CpuTimed()));
      Sampling different = new Sampling(all.mode(), 1, Duration.ofSeconds(10));
      ways.put("raw, min-difference: 1", new Way(different, null, new CpuTimed()));
      Map<String, Integer> published = new LinkedHashMap<>();
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        published.put(way.getKey(), read(file, way.getValue()));
      }
      for (int i = 0; i < repeats; i++) {
        for (Way way : ways.values()) {
          way.times().time(() -> read(file, way));
        }
      }
      print(frames, ways, published);
      return 0;
    } finally {
      Files.delete(file);
    }
  }

  /** A still picture under a sensor's noise. */
  private SyntheticClip clip() {
    return SyntheticClip.of(1280, 720, FPS, Duration.ofSeconds(seconds))
        .withScene(
            "testsrc2=size=1280x720:rate=30,trim=end_frame=1,loop=loop=-1:size=1,setpts=N/(30*TB),"
                + "noise=alls=6:allf=t");
  }

  private int read(Path file, Way way) throws Exception {
    ReaderOptions options = ReaderOptions.of(new ImageSize(side, side), way.sampling());
    int frames = 0;
    try (VideoReader video = VideoReader.open(new SourceUri(file.toString()), options)) {
      for (VideoFrame frame = video.next(); frame != null; frame = video.next()) {
        if (way.jpeg() != null) {
          way.jpeg().encode(frame);
        }
        frames++;
      }
    }
    return frames;
  }

  private void print(int frames, Map<String, Way> ways, Map<String, Integer> published) {
    System.out.printf(
        Locale.ROOT,
        "%d frames to %dx%d, %d runs each in turn, median%n%n"
            + "| | frames that go on | cpu ms/frame | beyond decoding |%n|---|---|---|---|%n",
        frames,
        side,
        side,
        repeats);
    double decoding = ways.values().iterator().next().times().cpu();
    ways.forEach(
        (name, way) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.2f | %.2f |%n",
                name,
                published.get(name),
                1e3 * way.times().cpu() / frames,
                1e3 * (way.times().cpu() - decoding) / frames));
  }
}
