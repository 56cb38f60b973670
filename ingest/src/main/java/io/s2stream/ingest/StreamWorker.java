package io.s2stream.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.place.PlaceException;
import io.s2stream.ingest.place.StreamPlaces;
import io.s2stream.ingest.publish.BatchAssembler;
import io.s2stream.ingest.publish.LiveQueue;
import io.s2stream.ingest.publish.Outlet;
import io.s2stream.ingest.publish.PublishException;
import io.s2stream.ingest.publish.StreamPublisher;
import io.s2stream.ingest.source.Cancellation;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.StreamPlace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one stream from its source to the topic, on one thread: a file once from its place to its
 * end, a live source over and over until it is closed. A file waits for the broker as long as it
 * takes, and ends as FAILED when a record is refused for good; a live source loses its oldest
 * frames instead. A file whose server breaks off is read again up to where it broke off, and then
 * on, so that its records are those of an unbroken reading. Nothing it throws leaves it.
 */
final class StreamWorker implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamWorker.class);

  private final String streamId;
  private final SourceUri uri;
  private final ReaderOptions options;
  private final int framesPerRecord;
  private final Supplier<FrameEncoder> encoders;
  private final StreamPublisher publisher;
  private final LiveQueue liveQueue;
  private final @Nullable StreamPlaces places;
  private final FileRetries retries;
  private final StreamProgress progress;
  private final ReopenDelay reopenDelay;
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch closing = new CountDownLatch(1);
  private long resumeAt;
  private long sampled;
  private boolean wasLive;
  private long firstFrameNanos;
  private boolean hasFrames;

  /**
   * @param encoders makes the encoder that this worker closes when it ends
   * @param publisher where a file's records go
   * @param liveQueue where a live source's records go
   * @param places where to go on; null: at the start
   * @param retries of a file that is not local, of this stream alone
   * @param reopenDelay of this stream alone
   */
  StreamWorker(
      String streamId,
      SourceUri uri,
      ReaderOptions options,
      int framesPerRecord,
      Supplier<FrameEncoder> encoders,
      StreamPublisher publisher,
      LiveQueue liveQueue,
      @Nullable StreamPlaces places,
      FileRetries retries,
      ReopenDelay reopenDelay,
      StreamProgress progress) {
    this.streamId = streamId;
    this.uri = uri;
    this.options = options;
    this.framesPerRecord = framesPerRecord;
    this.encoders = encoders;
    this.publisher = publisher;
    this.liveQueue = liveQueue;
    this.places = places;
    this.retries = retries;
    this.reopenDelay = reopenDelay;
    this.progress = progress;
    this.wasLive = options.live().isLiveBeforeOpening(uri);
  }

  StreamProgress progress() {
    return progress;
  }

  /** Makes {@link #run} end soon; frames already sampled are still published. Thread-safe. */
  void stop() {
    cancellation.cancel();
    publisher.stop();
    closing.countDown();
  }

  @Override
  public void run() {
    if (cancellation.isCancelled()) {
      progress.stopped();
      return;
    }
    try (FrameEncoder encoder = encoders.get()) {
      if (findPlace()) {
        progress.finished();
        LOG.atInfo().addKeyValue("stream", streamId).log("was sent whole by an earlier run");
        return;
      }
      BatchAssembler assembler = new BatchAssembler(streamId, framesPerRecord, encoder);
      boolean ended = readAndFlush(assembler);
      if (ended) {
        // The mark says that every frame is in the topic, so it has to be true when it is sent.
        publisher.awaitAcknowledged();
        publisher.publish(assembler.endOfStream(reached()));
      }
      outlet().awaitAcknowledged();
      if (places != null) {
        places.close(streamId, ended);
      }
      if (ended) {
        progress.finished();
      } else {
        progress.stopped();
      }
      LOG.atInfo()
          .addKeyValue("stream", streamId)
          .log("{} after {} frames", ended ? "end of stream" : "closed", reached());
    } catch (SourceException | PublishException | PlaceException | LibavException e) {
      fail(e, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e, null);
    } catch (RuntimeException | Error e) {
      // Of errors too (natives that don't load, no memory): the stream must not look as if it ran.
      fail(e, e);
    }
  }

  /** Returns whether the stream has ended already. */
  private boolean findPlace() throws PlaceException, InterruptedException {
    if (places == null) {
      return false;
    }
    StreamPlace place = places.open(streamId, bytes(), options.sampling().toString());
    resumeAt = place.getNextIndex();
    publisher.startAt(resumeAt, place.getPartition());
    liveQueue.startAt(resumeAt, place.getPartition());
    if (resumeAt > 0 && !place.getEnded()) {
      LOG.atInfo().addKeyValue("stream", streamId).log("goes on with frame {}", resumeAt);
    }
    return place.getEnded();
  }

  private long bytes() {
    Path path = uri.localPath().orElse(null);
    if (path == null || !Files.isRegularFile(path)) {
      return -1;
    }
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frames of the stream that are in the topic or on their way. */
  private long reached() {
    return Math.max(sampled, resumeAt);
  }

  /**
   * Returns true at the end of a file, false if this worker was stopped. Whatever ends it: what was
   * sampled is published.
   */
  private boolean readAndFlush(BatchAssembler assembler)
      throws SourceException, PublishException, InterruptedException {
    boolean ended;
    try {
      ended = readUntilEnd(assembler);
    } catch (SourceException | PublishException | RuntimeException e) {
      try {
        publish(assembler.flush());
      } catch (PublishException | RuntimeException f) {
        if (f != e) { // The publisher throws its first failure again and again.
          f.addSuppressed(e);
        }
        throw f;
      }
      throw e;
    }
    publish(assembler.flush());
    return ended;
  }

  private boolean readUntilEnd(BatchAssembler assembler)
      throws SourceException, PublishException, InterruptedException {
    while (!cancellation.isCancelled()) {
      String loss;
      boolean stalled = false;
      try {
        readFrames(assembler);
        if (!wasLive) {
          return !cancellation.isCancelled();
        }
        loss = uri + " ended, but is live";
      } catch (SourceException e) {
        if (cancellation.isCancelled()) {
          return false;
        }
        checkOpensAgain(e);
        loss = String.valueOf(e.getMessage());
        stalled = e.reason() == SourceException.Reason.STALLED;
      }
      if (wasLive) {
        // What was sampled is not held back for frames that may never come.
        publish(assembler.flush());
      } else {
        resumeAt = reached();
      }
      waitToReopen(loss, stalled);
    }
    return false;
  }

  private void checkOpensAgain(SourceException e) throws SourceException {
    if (!wasLive) {
      retries.check(uri, e, reached());
    } else if (e.reason() == SourceException.Reason.UNKNOWN_OPTION
        || e.reason() == SourceException.Reason.MISSING_LIBRARY) {
      throw e;
    }
  }

  private void readFrames(BatchAssembler assembler) throws SourceException, PublishException {
    hasFrames = false;
    List<VideoFrame> inRecord = new ArrayList<>();
    // Of a live source that is opened again, the first frame is marked; its index is the queue's. A
    // file starts over.
    long first = wasLive ? sampled : 0;
    try (VideoReader reader =
        VideoReader.open(uri, options.startingAt(first), progress, cancellation)) {
      if (!wasLive) {
        retries.opened(uri, reader.live(), reader.bytes(), reader.declaredMicros());
      }
      wasLive |= reader.live();
      progress.opened(reader.live(), reader.declaredMicros());
      LOG.atInfo().addKeyValue("stream", streamId).log("reading {}", uri);
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        if (!hasFrames) {
          hasFrames = true;
          firstFrameNanos = System.nanoTime();
          progress.recovered();
        }
        sampled = frame.index() + 1;
        if (wasLive || frame.index() >= resumeAt) {
          progress.frameSampled();
          inRecord.add(frame);
          FrameBatch record = assembler.add(frame);
          publish(record);
          if (record != null) {
            if (!wasLive) {
              // The producer has written them into its buffer; a live queue may still hold them.
              inRecord.forEach(reader::reuse);
            }
            inRecord.clear();
          }
        } else {
          reader.reuse(frame);
        }
      }
    }
  }

  /** Known once the source was opened, which is before its first frame. */
  private Outlet outlet() {
    return wasLive ? liveQueue : publisher;
  }

  private void publish(@Nullable FrameBatch batch) throws PublishException {
    if (batch != null) {
      outlet().publish(batch);
    }
  }

  private void waitToReopen(String loss, boolean stalled) throws InterruptedException {
    progress.lost(loss, stalled);
    Duration worked =
        hasFrames ? Duration.ofNanos(System.nanoTime() - firstFrameNanos) : Duration.ZERO;
    Duration delay = reopenDelay.next(worked);
    LOG.atWarn()
        .addKeyValue("stream", streamId)
        .log("{}; opening it again in {} ms", loss, delay.toMillis());
    if (closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.atDebug().addKeyValue("stream", streamId).log("closed while waiting");
    }
  }

  private static String words(Throwable error) {
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }

  private void fail(Throwable error, @Nullable Throwable trace) {
    if (cancellation.isCancelled() && Thread.currentThread().isInterrupted()) {
      // Whatever it waited for ended so. Whoever interrupted it has said why.
      progress.brokenOff("closed before the broker had acknowledged all of its records");
      return;
    }
    StringBuilder text = new StringBuilder(words(error));
    for (Throwable earlier : error.getSuppressed()) {
      text.append("; before that: ").append(words(earlier));
    }
    String message = text.toString();
    progress.failed(message);
    var line = LOG.atError();
    (trace == null ? line : line.setCause(trace)).log("stream '{}' failed: {}", streamId, message);
  }
}
