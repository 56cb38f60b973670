package io.s2stream.processor.topology;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
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
 * <p>{@code process()} starts the work on a batch and returns, it never waits for it; results are
 * forwarded by later calls and by a wall-clock punctuator that runs only while something is under
 * way (each firing makes Kafka Streams commit). What comes when as much is under way as the {@link
 * InFlightBudget} allows waits for its turn here, and no more is read meanwhile ({@link
 * BackPressure}): lag then grows in Kafka, not here.
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
  private static final Duration FORWARD_INTERVAL = Duration.ofMillis(1);

  private final TopologySettings settings;
  private final FeaturePipeline pipeline;
  private final Deserializer<FrameBatch> frames;
  private final Outgoing outgoing;
  private final ThreadLedgers ledgers;
  private final InFlightBudget budget;
  private final LateFrames late;
  private OffsetLedger ledger = new OffsetLedger();
  private InFlightQueue queue = new InFlightQueue(() -> 1);
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable Cancellable punctuation;

  S2Processor(
      TopologySettings settings,
      FeaturePipeline pipeline,
      Deserializer<FrameBatch> frames,
      Outgoing outgoing,
      ThreadLedgers ledgers,
      InFlightBudget budget) {
    this.settings = settings;
    this.pipeline = pipeline;
    this.frames = frames;
    this.outgoing = outgoing;
    this.ledgers = ledgers;
    this.budget = budget;
    this.late = new LateFrames(settings.maxAge(), InstantSource.system());
  }

  /** Also called again after {@link #close()}, when Kafka Streams revives a task. */
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.queue = new InFlightQueue(budget::recordsPerTask);
    this.ledger = ledgers.ofThisThread();
    ledgers.checkCommitsOfThisThread();
    if (settings.earlyCommitInterval() != null) {
      ledger.commitsEarly(settings.earlyCommitInterval());
    }
    ledger.track(partition(), queue);
    budget.taskStarted(); // last: close() does not follow when something fails here
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    // First of all: what fails after this, here or in another task of the thread, can't lose the
    // record.
    long offset = metadata().offset();
    queue.add(offset, record);
    ledger.processed(partition(), offset);
    schedulePunctuation();
    goOn();
  }

  @Override
  public void close() {
    queue.entries().forEach(budget::releaseLarge);
    queue.abandon();
    // Kafka Streams keeps a revived task's punctuations: an old one would commit old offsets.
    cancelPunctuation();
    budget.taskEnded();
  }

  private void punctuate() {
    try {
      goOn();
    } catch (RuntimeException e) {
      // Kafka Streams doesn't schedule a punctuation again that threw. When the trouble is another
      // task's, this one goes on with what it has, without a new record having to come.
      cancelPunctuation();
      schedulePunctuation();
      throw e;
    }
  }

  private void schedulePunctuation() {
    if (punctuation == null) {
      punctuation =
          context().schedule(FORWARD_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> punctuate());
    }
  }

  private void cancelPunctuation() {
    if (punctuation != null) {
      punctuation.cancel();
      punctuation = null;
    }
  }

  /** Starts the work on a record, or finds that there can be none; false while there is no room. */
  private boolean start(InFlightQueue.Entry entry) {
    int records = 1;
    try {
      FrameBatch batch = read(entry);
      outgoing.requireTopic(entry.record().key());
      if (late.isLate(batch)) {
        entry.result().complete(pipeline.skip(batch, LateFrames.REASON));
      } else {
        records = room(entry, batch);
        if (records == 0) {
          entry.keep(batch);
          return false;
        }
        pipeline.submit(batch, entry.result());
      }
    } catch (FrameFaultException fault) {
      entry.result().completeExceptionally(fault);
    } catch (SerializationException e) {
      entry.result().completeExceptionally(UnreadableFrames.fault(e));
    }
    queue.started(records);
    return true;
  }

  private FrameBatch read(InFlightQueue.Entry entry) {
    if (entry.batch() != null) {
      return entry.batch();
    }
    byte[] value = entry.record().value();
    FrameBatch batch =
        value == null
            ? null
            : frames.deserialize(settings.framesTopic(), entry.record().headers(), value);
    if (batch == null) {
      throw new FrameFaultException(
          FaultReason.NO_VALUE, "the message has no value; expected a FrameBatch");
    }
    return batch;
  }

  /** How many records of the plan it counts as, or 0 while there is no room. */
  private int room(InFlightQueue.Entry entry, FrameBatch batch) {
    long bytes = pipeline.heapBytes(batch, entry.record().value().length);
    if (bytes > settings.largestRecordBytes()) {
      throw new FrameFaultException(
          FaultReason.TOO_LARGE,
          "%d frames of %dx%d take %d bytes of heap with their features; memory.max leaves %d"
              .formatted(
                  batch.getFrames().size(),
                  batch.getWidth(),
                  batch.getHeight(),
                  bytes,
                  settings.largestRecordBytes()));
    }
    int records = budget.records(bytes);
    if (records > budget.recordsPerTask()) {
      return budget.takeLarge(entry) ? 1 : 0;
    }
    return queue.hasRoomFor(records) ? records : 0;
  }

  /** Forwards what is finished and starts as much as may be under way. */
  private void goOn() {
    if (queue.hasLost()) {
      throw new TaskMigratedException(
          "Features went down with a transaction; the frames are read again");
    }
    startWaiting();
    for (InFlightQueue.Entry head = queue.head();
        head != null && head.result().isDone() && !ledger.hasWaitedForASend();
        head = queue.head()) {
      forward(head);
      startWaiting();
    }
    failIfDeviceHangs();
    if (queue.isEmpty() && !waitsToCommit()) {
      cancelPunctuation();
    }
  }

  /** Asks for a commit as soon as results wait for nothing else. */
  private boolean waitsToCommit() {
    if (!ledger.waitsForCommit()) {
      return false;
    }
    // With more waiting, each record of many could have a commit of its own.
    if (ledger.mayCommitEarly()) {
      context().commit();
    }
    return true;
  }

  private void startWaiting() {
    for (InFlightQueue.Entry next = queue.nextToStart(); next != null; next = queue.nextToStart()) {
      if (!start(next)) {
        return;
      }
    }
  }

  /** Forwards the head, and only then takes it from the queue. */
  private void forward(InFlightQueue.Entry head) {
    try {
      outgoing.features(context(), head, result(head));
    } catch (FrameFaultException fault) {
      outgoing.deadLetter(context(), head, fault);
    } finally {
      ledger.sent(queue); // also when it failed: the record may be in the transaction then
    }
    queue.removeHead();
    budget.releaseLarge(head);
  }

  private static FeatureRecord result(InFlightQueue.Entry finished) {
    try {
      return finished.result().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FrameFaultException fault) {
        throw fault;
      }
      throw new StreamsException(
          "The forward failed and no frame is to blame; the frames will be read again",
          e.getCause());
    } catch (CancellationException e) {
      throw new StreamsException("The device was closed; the frames will be read again", e);
    }
  }

  private void failIfDeviceHangs() {
    InFlightQueue.Entry head = queue.head();
    if (head != null
        && pipeline.nanosStuck(head.startNanos()) > settings.forwardTimeout().toNanos()) {
      throw new StreamsException(
          ("The device finished nothing within forward-timeout (%s), or not the record at offset %d"
                  + " but later ones; the frames will be read again")
              .formatted(settings.forwardTimeout(), head.offset()));
    }
  }

  private ProcessorContext<byte[], byte[]> context() {
    if (context == null) {
      throw new IllegalStateException("init() was not called");
    }
    return context;
  }

  private TopicPartition partition() {
    return new TopicPartition(settings.framesTopic(), context().taskId().partition());
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
