package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps many frame batches of one task under way on the device, and forwards their feature records
 * in order.
 *
 * <p>{@code process()} starts the work on a batch and returns; results are forwarded by later calls
 * and by a wall-clock punctuator that runs only while something is under way (each firing makes
 * Kafka Streams commit). When more is under way than the {@link InFlightBudget} allows, {@code
 * process()} waits for the oldest result: that is the back-pressure, lag then grows in Kafka, not
 * here.
 *
 * <p>A batch that is itself to blame goes to the dead-letter child. Any other failure is thrown and
 * ends the task before its offset can be committed; the frames are read again.
 */
final class S2Processor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(S2Processor.class);

  /**
   * How often results are looked for while no new records come; below this the poll loop is the
   * limit anyway.
   */
  private static final Duration FORWARD_INTERVAL = Duration.ofMillis(2);

  private final TopologySettings settings;
  private final FeaturePipeline pipeline;
  private final Deserializer<FrameBatch> frames;
  private final Serializer<? super FeatureRecord> features;
  private final OffsetLedger ledger;
  private final InFlightBudget budget;
  private final ProcessorMetrics metrics;
  private InFlightQueue queue = new InFlightQueue();
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable Cancellable punctuation;

  S2Processor(
      TopologySettings settings,
      FeaturePipeline pipeline,
      Deserializer<FrameBatch> frames,
      Serializer<? super FeatureRecord> features,
      OffsetLedger ledger,
      InFlightBudget budget,
      ProcessorMetrics metrics) {
    this.settings = settings;
    this.pipeline = pipeline;
    this.frames = frames;
    this.features = features;
    this.ledger = ledger;
    this.budget = budget;
    this.metrics = metrics;
  }

  /** Also called again after {@link #close()}, when Kafka Streams revives a task. */
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.queue = new InFlightQueue();
    ledger.track(new TopicPartition(settings.framesTopic(), context.taskId().partition()), queue);
    budget.taskStarted();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    // First of all: what fails after this, here or in another task of the thread, can't lose the
    // record.
    InFlightQueue.Entry entry = queue.add(metadata().offset(), record);
    start(entry);
    while (queue.size() > budget.recordsPerTask()) {
      forwardHead();
    }
    forwardFinished();
    if (!queue.isEmpty() && punctuation == null) {
      punctuation =
          context().schedule(FORWARD_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> punctuate());
    }
  }

  @Override
  public void close() {
    queue.abandon();
    // Kafka Streams keeps a revived task's punctuations: an old one would commit old offsets.
    cancelPunctuation();
    budget.taskEnded();
  }

  private void punctuate() {
    try {
      forwardFinished();
    } catch (RuntimeException e) {
      // Kafka Streams doesn't schedule a punctuation again that threw; process() has to.
      cancelPunctuation();
      throw e;
    }
  }

  private void cancelPunctuation() {
    if (punctuation != null) {
      punctuation.cancel();
      punctuation = null;
    }
  }

  private void start(InFlightQueue.Entry entry) {
    byte[] value = entry.record().value();
    try {
      FrameBatch batch =
          value == null
              ? null
              : frames.deserialize(settings.framesTopic(), entry.record().headers(), value);
      if (batch == null) {
        throw new SerializationException("the message has no value; expected a FrameBatch");
      }
      pipeline.submit(batch, entry.result());
    } catch (SerializationException e) {
      entry
          .result()
          .completeExceptionally(
              new FrameFaultException(
                  FaultReason.UNREADABLE_RECORD, String.valueOf(e.getMessage()), e));
    }
  }

  private void forwardFinished() {
    for (InFlightQueue.Entry head = queue.head();
        head != null && head.result().isDone();
        head = queue.head()) {
      forwardHead();
    }
    if (queue.isEmpty()) {
      cancelPunctuation();
    }
  }

  /** Waits for the oldest result, forwards it, and only then takes it from the queue. */
  private void forwardHead() {
    InFlightQueue.Entry head = queue.head();
    if (head == null) {
      return;
    }
    try {
      forwardFeatures(head, await(head.result()));
    } catch (FrameFaultException fault) {
      forwardDeadLetter(head, fault);
    }
    queue.removeHead();
  }

  private void forwardFeatures(InFlightQueue.Entry entry, FeatureRecord features) {
    Record<byte[], byte[]> in = entry.record();
    byte[] value = this.features.serialize(settings.featuresTopic(), in.headers(), features);
    context()
        .forward(
            new Record<>(in.key(), value, in.timestamp(), in.headers()), FeatureTopology.FEATURES);
    metrics.recordForwarded(
        features.getFrames().size(),
        Duration.ofMillis(System.currentTimeMillis() - in.timestamp()));
  }

  private void forwardDeadLetter(InFlightQueue.Entry entry, FrameFaultException fault) {
    int partition = context().taskId().partition();
    LOG.warn(
        "Frame batch {}-{}@{} goes to {}: {}",
        settings.framesTopic(),
        partition,
        entry.offset(),
        settings.deadLetterTopic(),
        fault.getMessage());
    context()
        .forward(
            DeadLetter.of(
                entry.record(),
                fault,
                settings.framesTopic(),
                partition,
                entry.offset(),
                settings.processorVersion()),
            FeatureTopology.DEAD_LETTERS);
    metrics.deadLetter(fault.reason());
  }

  /** Waits as long as the device gets on with its work, whatever stands before this result. */
  private FeatureRecord await(CompletableFuture<FeatureRecord> result) {
    long start = System.nanoTime();
    while (true) {
      long idle = Math.min(System.nanoTime() - start, pipeline.nanosSinceProgress());
      long patience = settings.forwardTimeout().toNanos() - idle;
      if (patience <= 0) {
        throw new StreamsException(
            "The device finished nothing within forward-timeout (%s); the frames will be read again"
                .formatted(settings.forwardTimeout()));
      }
      try {
        return result.get(patience, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        LOG.debug("No result yet; the device may have got on meanwhile");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof FrameFaultException fault) {
          throw fault;
        }
        throw new StreamsException(
            "The forward failed and no frame is to blame; the frames will be read again",
            e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StreamsException("Interrupted while waiting for features", e);
      }
    }
  }

  private ProcessorContext<byte[], byte[]> context() {
    if (context == null) {
      throw new IllegalStateException("init() was not called");
    }
    return context;
  }

  private RecordMetadata metadata() {
    return context()
        .recordMetadata()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "process() outside a record: there is no offset to keep"));
  }
}
