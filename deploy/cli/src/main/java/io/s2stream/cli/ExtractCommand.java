package io.s2stream.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import ai.djl.engine.EngineException;
import io.s2stream.cli.extract.ArchiveFormat;
import io.s2stream.cli.extract.Extraction;
import io.s2stream.cli.extract.Extraction.Outcome;
import io.s2stream.cli.extract.ExtractionRequest;
import io.s2stream.cli.extract.Progress;
import io.s2stream.cli.files.OutputFile;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.refusal.RefusedException;
import io.s2stream.cli.s2options.OptionText;
import io.s2stream.cli.s2options.ScaleArguments;
import io.s2stream.cli.s2options.ServiceOptions;
import io.s2stream.cli.tower.TorchErrors;
import io.s2stream.cli.tower.TowerArguments;
import io.s2stream.ingest.source.Cancellation;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderEvents;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.schemas.TensorType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code s2 extract}: the features of one video as one file, without Kafka. */
@Command(
    name = "extract",
    description = {
      "Decode and sample a video, compute its multiscale features and write them to one file: features"
          + " [B, N, C], pts_micros [B], index [B]. What is done is kept in OUTPUT.part: the same command"
          + " again goes on where a run was stopped or killed."
    },
    footer = {"", "Exit code 0: written; 1: failed or stopped; 2: bad options or input."},
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class ExtractCommand implements Callable<Integer> {
  private final S2 s2;
  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "VIDEO", description = "A video file, or a URL of one.")
  private String video;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Model directory of the vision tower.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.npz|FILE.safetensors",
      description = "Where the features go; the ending chooses the form.")
  private Path output;

  @Option(
      names = "--fps",
      defaultValue = "2",
      description = "Frames per second to sample at most; default ${DEFAULT-VALUE}.")
  private double fps;

  @Option(
      names = "--image-size",
      paramLabel = "N|HxW",
      description =
          "Size that frames are decoded to, in pixels; default: the largest image size of the scales.")
  private @Nullable String imageSize;

  @Mixin private ScaleArguments scales = new ScaleArguments();

  @Option(
      names = "--pool",
      paramLabel = "T,H,W",
      defaultValue = "1,1,1",
      description =
          "Take the mean over T consecutive frames and over H rows and W columns of tokens; default"
              + " ${DEFAULT-VALUE}: leaves all as it is.")
  private String pool;

  @Option(
      names = "--dtype",
      defaultValue = "float16",
      paramLabel = "float16|float32",
      description = "Element type of the features; default ${DEFAULT-VALUE}.")
  private String dtype;

  @Option(names = "--restart", description = "Begin anew, whatever OUTPUT.part holds.")
  private boolean restart;

  @Mixin private TowerArguments towerArguments = new TowerArguments();

  ExtractCommand(S2 s2, StopSignal stop) {
    this.s2 = s2;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    ExtractionRequest request = request();
    checkVideo(request.video());
    Cancellation cancellation = new Cancellation();
    Thread watcher = new Thread(() -> cancelOnRequest(cancellation), "s2-extract-stop");
    watcher.setDaemon(true);
    watcher.start();
    Progress progress =
        new Progress(
            new PrintStream(System.out, false, StandardCharsets.UTF_8),
            "frames",
            terminal(),
            System::nanoTime);
    long start = System.nanoTime();
    try {
      report(
          new Extraction(request, progress, cancellation).run(),
          progress,
          (System.nanoTime() - start) / 1e9);
      return 0;
    } catch (EngineException e) {
      throw new CommandFailedException("the forward failed: " + TorchErrors.cause(e));
    } finally {
      watcher.interrupt();
    }
  }

  private ExtractionRequest request() throws RefusedException {
    Problems problems = new Problems();
    if (!(fps > 0 && fps <= 1000)) {
      problems.add("--fps is " + fps + ": expected more than 0, at most 1000");
    }
    towerArguments.check(model, problems);
    if (video.isBlank()) {
      problems.add("VIDEO is empty: expected a file or a URL");
    }
    if (ArchiveFormat.of(output).isEmpty()) {
      problems.add("--output " + output + ": expected a name that ends in .npz or .safetensors");
    }
    new OutputFile(output).check("--output", problems);
    S2Config s2Config = ServiceOptions.read(scales, problems);
    PoolConfig blocks = new OptionText(problems).pool("--pool", pool);
    TensorType type = dtype(problems);
    ImageSize size = imageSize(problems);
    S2Config sound = problems.sound(s2Config);
    return new ExtractionRequest(
        new SourceUri(video),
        towerArguments.config(model),
        sound,
        blocks,
        fps,
        size,
        type,
        output,
        restart);
  }

  private TensorType dtype(Problems problems) {
    if (!List.of("float16", "float32").contains(dtype)) {
      problems.add("--dtype is '" + dtype + "': expected float16 or float32");
      return TensorType.FLOAT16;
    }
    return TensorType.valueOf(dtype.toUpperCase(Locale.ROOT));
  }

  private @Nullable ImageSize imageSize(Problems problems) {
    if (imageSize == null) {
      return null;
    }
    var sizes = new OptionText(problems).sizes("--image-size", imageSize);
    if (sizes.size() != 1) {
      if (!sizes.isEmpty()) {
        problems.add("--image-size is '" + imageSize + "': expected one size");
      }
      return null;
    }
    try {
      return new ImageSize(sizes.get(0).height(), sizes.get(0).width());
    } catch (IllegalArgumentException e) {
      problems.add("--image-size: " + e.getMessage());
      return null;
    }
  }

  /** Before a large tower is loaded: whether there is a video at all, and one with an end. */
  private static void checkVideo(SourceUri uri) throws RefusedException, SourceException {
    if (uri.isLiveScheme()) {
      throw new RefusedException(uri + " is a live source, which has no end: use s2 ingest");
    }
    if (uri.localPath().isEmpty()) {
      return;
    }
    ReaderOptions options = ReaderOptions.of(new ImageSize(1, 1), 1);
    try (VideoReader reader =
        VideoReader.open(uri, options, ReaderEvents.NONE, new Cancellation())) {
      if (reader.live()) {
        throw new RefusedException(uri + " is a live source, which has no end: use s2 ingest");
      }
    } catch (SourceException e) {
      if (e.reason() == SourceException.Reason.IO) {
        throw e;
      }
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
  }

  private void cancelOnRequest(Cancellation cancellation) {
    try {
      while (!stop.await(Duration.ofHours(1))) {
        // Until there is a request, or the command is done and interrupts this.
      }
      cancellation.cancel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean terminal() {
    return Boolean.getBoolean("s2.terminal")
        && !s2.isVerbose()
        && !"dumb".equals(System.getenv("TERM"));
  }

  private void report(Outcome outcome, Progress progress, double seconds) throws Exception {
    if (outcome instanceof Outcome.Stopped stopped) {
      progress.endLine();
      throw new CommandFailedException(
          "stopped after "
              + stopped.frames()
              + " frames, which are kept in "
              + output
              + ".part; run the same command again to go on");
    }
    if (outcome instanceof Outcome.Done done) {
      progress.say(
          String.format(
              Locale.ROOT,
              "%s: features %s %s, %.1f MB; %d frames decoded, %.1f s",
              output,
              done.shape(),
              dtype,
              Files.size(output) / 1e6,
              done.decoded(),
              seconds));
      PrintWriter err = spec.commandLine().getErr();
      done.warnings().forEach(warning -> err.println("s2: warning: " + warning));
      err.flush();
    }
  }
}
