package io.s2stream.local.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.s2stream.config.ConfigException;
import io.s2stream.config.KafkaSettings;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.local.LocalStack;
import io.s2stream.local.StorageDirectory;
import io.s2stream.local.check.FeatureChecker;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.tower.ModelDirectory;
import io.s2stream.processor.tower.TorchSettings;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.topics.TopicException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the main job on this machine: embedded broker and registry, ingest of the videos, the
 * processor, and a subscriber that checks what comes out. Used once, by one thread.
 */
public final class Demo {
  private static final Duration REFRESH = Duration.ofMillis(200);
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(30);

  /** How long Ctrl-C waits for the features of frames that are in Kafka already. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private static final int CLIP_SECONDS = 20;

  private final DemoOptions options;
  private final Display display;
  private final BooleanSupplier stopRequested;
  private final Runnable whenAllArrived;
  private boolean stopped;
  private @Nullable String page;

  private Demo(
      DemoOptions options,
      Display display,
      BooleanSupplier stopRequested,
      Runnable whenAllArrived) {
    this.options = options;
    this.display = display;
    this.stopRequested = stopRequested;
    this.whenAllArrived = whenAllArrived;
  }

  /**
   * A demo whose table is drawn over itself.
   *
   * @param coloured whether escape sequences for colour may be used
   * @param stopRequested asked several times a second; true ends the demo cleanly
   * @param whenAllArrived is run once when all files are done and all is accounted for, unless the
   *     demo was stopped before
   */
  public static Demo onTerminal(
      DemoOptions options,
      PrintStream out,
      boolean coloured,
      BooleanSupplier stopRequested,
      Runnable whenAllArrived) {
    return new Demo(options, new LiveTable(out, coloured), stopRequested, whenAllArrived);
  }

  /** A demo that prints lines, for logs and pipes; else the same. */
  public static Demo onPlainOutput(
      DemoOptions options,
      PrintStream out,
      BooleanSupplier stopRequested,
      Runnable whenAllArrived) {
    return new Demo(options, new PlainProgress(out), stopRequested, whenAllArrived);
  }

  /**
   * Runs until the files are done and all their features have arrived, or until told to stop.
   *
   * @return whether every sampled frame is accounted for
   * @throws SourceException if a file is missing or no video; before anything is started
   * @throws TowerLoadException if the model directory can't be used; files missing in it are
   *     noticed before anything is started
   * @throws IOException if the broker or registry does not start
   * @throws TopicException if the topics can't be made
   * @throws ConfigException if a setting is out of its range
   */
  public boolean run()
      throws SourceException,
          TowerLoadException,
          IOException,
          TopicException,
          ConfigException,
          InterruptedException {
    DemoSources.check(options.videos(), options.fps());
    ModelDirectory model = ModelDirectory.read(options.modelDir());
    display.line("starting a Kafka broker and a schema registry in this process");
    try (StorageDirectory scratch = StorageDirectory.temporary("s2-demo-");
        StartingStack starting = StartingStack.begin(DemoSources.retention(options.videos()))) {
      List<String> videos =
          options.videos().isEmpty()
              ? List.of(makeClip(scratch.path().resolve("clip.mp4")))
              : options.videos();
      // Takes a second or two, which the broker needs anyway.
      TorchSettings.initialize();
      if (stopRequested.getAsBoolean()) {
        display.line("stopped before anything ran");
        return true;
      }
      LocalStack stack = starting.await();
      display.line(
          "broker " + stack.bootstrapServers() + ", schema registry " + stack.registryUrl());
      return run(stack, DemoSources.byStreamId(videos), model, scratch.path());
    }
  }

  private String makeClip(Path file) {
    display.line("making a clip of " + CLIP_SECONDS + " s (H.264, 640x360, 25 frames/s)");
    SyntheticClip.of(640, 360, 25, Duration.ofSeconds(CLIP_SECONDS)).write(file);
    return file.toString();
  }

  private boolean run(
      LocalStack stack, Map<String, String> videos, ModelDirectory model, Path scratch)
      throws ConfigException, TowerLoadException, TopicException, InterruptedException {
    Map<String, String> kafka = stack.kafkaProperties();
    ProcessorConfig config =
        DemoConfigs.processor(
            kafka,
            options.modelDir(),
            options.guarantee(),
            Math.min(8, videos.size()),
            scratch.resolve("streams"));
    display.line("loading tower '" + model.spec().name() + "' and starting the processor");
    try (DemoViewer viewer = new DemoViewer();
        ProcessorApp processor = ProcessorApp.start(config, viewer.processorMeters());
        FeatureChecker checker =
            FeatureChecker.start(
                KafkaSettings.of(kafka), config.featuresTopic(), config.deadLetterTopic())) {
      if (options.viewerPort() != null) {
        page = viewer.start(kafka, options.viewerPort());
        display.line("watch it at " + page);
      }
      IngestApp ingest =
          IngestApp.start(
              DemoConfigs.ingest(kafka, videos, options.fps(), model.spec().inputSize()),
              viewer.ingestMeters());
      List<StreamView> views;
      try (ingest) {
        watch(processor, ingest, checker);
      }
      // Closing ingest publishes what a live source had sampled: wait for its features, too.
      awaitSettled(processor, ingest, checker);
      views = views(ingest, checker);
      display.last(views);
      boolean sound = finish(views, processor, checker);
      if (sound && !stopped) {
        whenAllArrived.run();
      }
      return sound;
    }
  }

  /** Shows the table until all files are done and settled, something failed, or we are stopped. */
  private void watch(ProcessorApp processor, IngestApp ingest, FeatureChecker checker)
      throws InterruptedException {
    boolean told = false;
    while (failure(processor, checker) == null) {
      if (stopRequested.getAsBoolean()) {
        stopped = true;
        display.line(
            "stopping: waiting up to "
                + STOP_TIMEOUT.toSeconds()
                + " s for frames that are under way");
        return;
      }
      List<StreamView> views = views(ingest, checker);
      display.update(views);
      if (views.stream().allMatch(StreamView::isDone)) {
        if (!options.keep()) {
          return;
        }
        if (!told && views.stream().allMatch(StreamView::isSettled)) {
          told = true;
          display.line(
              "all files are done"
                  + (page == null ? "" : "; look at them at " + page)
                  + "; Ctrl-C ends the demo");
          whenAllArrived.run();
        }
      }
      Thread.sleep(REFRESH.toMillis());
    }
  }

  /**
   * Waits for the features of what was published, as long as some keep coming; not for long when
   * told to stop.
   */
  private void awaitSettled(ProcessorApp processor, IngestApp ingest, FeatureChecker checker)
      throws InterruptedException {
    long accounted = -1;
    long deadline = 0;
    long stopDeadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    while (failure(processor, checker) == null) {
      List<StreamView> views = views(ingest, checker);
      display.update(views);
      if (views.stream().allMatch(StreamView::isSettled)
          || (stopped && System.nanoTime() - stopDeadline > 0)) {
        return;
      }
      long now = views.stream().mapToLong(view -> view.counts().accounted()).sum();
      if (now != accounted) {
        accounted = now;
        deadline = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
      } else if (System.nanoTime() - deadline > 0) {
        return;
      }
      Thread.sleep(REFRESH.toMillis());
    }
  }

  private boolean finish(List<StreamView> views, ProcessorApp processor, FeatureChecker checker) {
    Instant start = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    Instant first = checker.firstFeatures();
    Instant last = checker.lastFeatures();
    DemoSummary summary =
        new DemoSummary(
            views,
            checker.deadLetterReasons(),
            first == null ? null : Duration.between(start, first),
            first == null || last == null ? Duration.ZERO : Duration.between(first, last),
            options.guarantee() == Guarantee.AT_LEAST_ONCE);
    summary.lines().forEach(display::line);
    String failure = failure(processor, checker);
    if (failure != null) {
      display.line(failure);
    }
    return failure == null && summary.isSound();
  }

  private static @Nullable String failure(ProcessorApp processor, FeatureChecker checker) {
    String failure = processor.failure();
    return failure == null ? checker.failure() : "the processor stopped: " + failure;
  }

  private List<StreamView> views(IngestApp ingest, FeatureChecker checker) {
    return ingest.streams().stream()
        .map(status -> new StreamView(status, checker.counts(status.streamId()), stopped))
        .toList();
  }
}
