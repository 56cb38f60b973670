package io.s2stream.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FrameFeeder;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.frames.FramesTopic;
import io.s2stream.faults.frames.RecordChecker;
import io.s2stream.faults.frames.Recount;
import io.s2stream.faults.process.Cluster;
import io.s2stream.faults.process.ProcessorProcess;

/**
 * One run of frames through processors: topics of its own, a feeder, a checker, and the processors
 * a case starts. Not thread-safe.
 */
public final class Trial implements AutoCloseable {
  private final CaseRun run;
  private final Cluster cluster;
  private final FramePlan plan;
  private final String registryUrl;
  private final String topic;
  private final TrialTopics topics;
  private final long started = System.nanoTime();
  private final FrameFeeder feeder;
  private final RecordChecker checker;
  private final List<ProcessorProcess> processors = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Long> figures = new TreeMap<>();
  private boolean restartsAllowed;
  private Duration pauses = Duration.ZERO;
  private boolean finished;

  /** Of the shared broker and registry. */
  public static Trial of(CaseRun run, FramePlan plan) throws Exception {
    return new Trial(run, plan, run.broker(), run.registry().url(), topicOf(run));
  }

  /** Of a cluster or registry of the case's own. */
  public Trial(CaseRun run, FramePlan plan, Cluster cluster, String registryUrl, String topic)
      throws Exception {
    this.run = run;
    this.plan = plan;
    this.cluster = cluster;
    this.registryUrl = registryUrl;
    this.topic = topic;
    topics = new TrialTopics(cluster, topic, plan.partitions());
    topics.create();
    feeder = new FrameFeeder(plan, cluster.servers(), registryUrl, topic + "-frames");
    checker =
        new RecordChecker(
            plan, feeder::frames, cluster.servers(), topic + "-features", topic + "-dead-letters");
  }

  /** Prefix of the topics of a run. */
  public static String topicOf(CaseRun run) {
    return run.name() + "-" + Verdict.label(run.guarantee());
  }

  /** All topics of this trial; the frames topic first. */
  public List<String> topics() {
    return topics.names();
  }

  public FrameFeeder feeder() {
    return feeder;
  }

  /** Bootstrap servers on a link that no fault touches. */
  public String servers() {
    return cluster.servers();
  }

  public RecordChecker checker() {
    return checker;
  }

  /** Starts a processor. */
  public ProcessorProcess processor(ChildOptions options) throws IOException {
    return processor(options, cluster.servers(), Map.of());
  }

  /**
   * Starts a processor.
   *
   * @param servers the way it takes to the broker
   * @param kafka Kafka settings over the trial's own
   */
  public ProcessorProcess processor(ChildOptions options, String servers, Map<String, Object> kafka)
      throws IOException {
    return processor(options, servers, kafka, Map.of());
  }

  /**
   * As above.
   *
   * @param settings over those of this trial
   */
  public ProcessorProcess processor(
      ChildOptions options, String servers, Map<String, Object> kafka, Map<String, Object> settings)
      throws IOException {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", servers);
    clients.put("schema.registry.url", registryUrl);
    // A killed one is missed, and its transaction ended, sooner than by default.
    clients.put("consumer.session.timeout.ms", 3_000);
    clients.put("consumer.heartbeat.interval.ms", 500);
    clients.put("producer.transaction.timeout.ms", 10_000);
    if (run.protocol().equals("streams")) {
      clients.put("streams.group.protocol", "streams");
    }
    clients.putAll(kafka);
    Map<String, Object> config = new HashMap<>();
    config.put("kafka", clients);
    config.put("application-id", topic);
    config.put("guarantee", Verdict.label(run.guarantee()));
    config.put("frames-topic", topics().get(0));
    config.put("features-topic", topics().get(1));
    config.put("dead-letter-topic", topics().get(2));
    config.put("tower", Map.of("model-dir", "none"));
    config.put("stream-threads", options.instances() > 1 ? 1 : 2);
    config.putAll(settings);
    ProcessorProcess processor =
        new ProcessorProcess(
            topic + "-" + (processors.size() + 1), run.directory(), config, options);
    processors.add(processor);
    return processor;
  }

  /** Notes what was not as promised. */
  public void problem(String what) {
    problems.add(what);
  }

  /** Adds a measured figure to the verdict's line. */
  public void figure(String name, long value) {
    figures.put(name, value);
  }

  /** To be called where a processor may end by itself; elsewhere that is a problem. */
  public void allowRestarts() {
    restartsAllowed = true;
  }

  /** To be called where the processor itself waits, and that nothing comes for so long is right. */
  public void expectPauses(Duration most) {
    pauses = most;
  }

  private int restarts() {
    return processors.stream().mapToInt(ProcessorProcess::restarts).sum();
  }

  /**
   * Waits until this part of the frames is through.
   *
   * @param part 0 to 1
   * @param patience longest time that nothing may come; then it gives up, and the case fails
   */
  public boolean awaitPart(double part, Duration patience) throws InterruptedException {
    long frames = feeder.frames();
    long allowed = Math.round(frames * (1 - part));
    long last = -1;
    long since = System.nanoTime();
    long said = since;
    while (true) {
      long missing = checker.recount().lost();
      if (missing <= allowed) {
        return true;
      }
      long now = System.nanoTime();
      if (missing != last) {
        last = missing;
        since = now;
      }
      if (now - since > patience.toNanos()) {
        problem("nothing came for " + patience.toSeconds() + " s, " + missing + " frames missing");
        return false;
      }
      for (ProcessorProcess processor : processors) {
        if (processor.isGivenUp()) {
          problem("a processor ended again and again; its log is " + processor.log());
          return false;
        }
      }
      if (now - said > Duration.ofSeconds(10).toNanos()) {
        said = now;
        run.say("%d of %d frames through", frames - missing, frames);
      }
      Thread.sleep(20);
    }
  }

  /**
   * Lets all frames go, waits until all are through and their offsets committed, and recounts.
   *
   * @param kills for the verdict's line
   */
  public Verdict finish(int kills) throws Exception {
    return finish(kills, 0);
  }

  /**
   * As {@link #finish(int)}.
   *
   * @param maxDuplicated under at-least-once, as a part of all frames; 0 for no limit
   */
  public Verdict finish(int kills, double maxDuplicated) throws Exception {
    feeder.upTo(1);
    if (awaitPart(1, patience())) {
      awaitNoLag();
    } else {
      problem("lag is " + lag()); // Without lag, what is missing was passed over by a commit.
    }
    Recount recount = checker.recount();
    problems.addAll(RecountCheck.problems(recount, run.guarantee(), maxDuplicated));
    checkHarness();
    checkRestarts();
    return verdict(recount, kills);
  }

  /** A verdict of what was noted so far. */
  public Verdict verdict(Recount recount, int kills) {
    finished = true;
    return new Verdict(
        run.name(),
        run.guarantee(),
        recount,
        kills,
        restarts(),
        run.protocol(),
        Map.copyOf(figures),
        run.seed(),
        Duration.ofNanos(System.nanoTime() - started).toSeconds(),
        List.copyOf(problems));
  }

  private Duration patience() {
    return Duration.ofSeconds(run.figure(180, 45)).plus(pauses);
  }

  private void checkRestarts() {
    int restarts = restarts();
    if (restarts > 0 && !restartsAllowed) {
      problem("a processor ended by itself, " + restarts + " times");
    }
  }

  /** Whether all that was to be sent was, and nothing else; else a recount says nothing. */
  public void checkHarness() throws InterruptedException {
    long unsent = feeder.frames() - feeder.acknowledged();
    if (unsent > 0) {
      problem("the harness itself: " + unsent + " frames never came into the frames topic");
    }
    long messages = framesTopic().messages();
    if (messages != feeder.messages()) {
      problem(
          "the harness itself: %d messages in the frames topic, %d were sent"
              .formatted(messages, feeder.messages()));
    }
    for (String failure : new String[] {feeder.failure(), checker.failure()}) {
      if (failure != null) {
        problem(failure);
      }
    }
  }

  /**
   * Waits until the committed offsets are the topic's ends; not for longer than they stand still.
   */
  public void awaitCommits() throws InterruptedException {
    long deadline = System.nanoTime() + patience().toNanos();
    long lag = lag();
    while (lag > 0 && System.nanoTime() < deadline) {
      Thread.sleep(100);
      long now = lag();
      if (now < lag) {
        deadline = System.nanoTime() + patience().toNanos();
      }
      lag = now;
    }
    if (lag > 0) {
      problem("lag stays at " + lag);
    }
  }

  /** As {@link #awaitCommits}, and until the checker has read everything. */
  public void awaitNoLag() throws InterruptedException {
    awaitCommits();
    // A repeated record would still be on its way.
    long messages = -1;
    while (messages != checker.messages()) {
      messages = checker.messages();
      Thread.sleep(1_000);
    }
  }

  private FramesTopic framesTopic() {
    return new FramesTopic(cluster.servers(), topics().get(0), plan.partitions());
  }

  /** Lets the broker delete frames that are committed, and records that the checker has read. */
  public void deleteDone() throws InterruptedException {
    framesTopic().deleteDone(topic, checker.read());
  }

  /** Messages that are not committed. */
  public long lag() throws InterruptedException {
    return framesTopic().lag(topic);
  }

  @Override
  public void close() {
    processors.forEach(ProcessorProcess::close);
    checker.close();
    feeder.close();
    if (finished) {
      topics.delete(run); // Only after a whole run: when one is broken off, the broker may be gone.
    }
  }
}
