package io.s2stream.ingest;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.s2stream.ingest.libav.LibavException;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one stream from its source to the topic, on a thread of its own: a file once to its end,
 * a live source over and over until it is closed. A file waits for the broker as long as it takes,
 * and ends as FAILED when a record is refused for good; a live source loses its oldest frames
 * instead. Nothing it throws leaves it.
 */
final class StreamWorker implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamWorker.class);

  private final String streamId;
  private final SourceUri uri;
  private final ReaderOptions options;
  private final BatchAssembler assembler;
  private final StreamPublisher publisher;
  private final LiveQueue liveQueue;
  private final StreamProgress progress;
  private final ReopenDelay reopenDelay;
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch closing = new CountDownLatch(1);
  private long nextIndex;
  private boolean wasLive;
  private long firstFrameNanos;
  private boolean hasFrames;

  StreamWorker(
      String streamId,
      SourceUri uri,
      ReaderOptions options,
      BatchAssembler assembler,
      StreamPublisher publisher,
      LiveQueue liveQueue,
      StreamProgress progress,
      ReopenDelay reopenDelay) {
    this.streamId = streamId;
    this.uri = uri;
    this.options = options;
    this.assembler = assembler;
    this.publisher = publisher;
    this.liveQueue = liveQueue;
    this.progress = progress;
    this.reopenDelay = reopenDelay;
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
    try {
      boolean ended = readUntilEnd();
      if (ended) {
        // The mark says that every frame is in the topic, so it has to be true when it is sent.
        publisher.awaitAcknowledged();
        publisher.publish(assembler.endOfStream(nextIndex));
      }
      outlet().awaitAcknowledged();
      if (ended) {
        progress.finished();
      } else {
        progress.stopped();
      }
      LOG.atInfo()
          .addKeyValue("stream", streamId)
          .log("{} after {} frames", ended ? "end of stream" : "closed", nextIndex);
    } catch (SourceException | PublishException | LibavException e) {
      fail(e, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e, null);
    } catch (RuntimeException | Error e) {
      // Of errors too (natives that don't load, no memory): the stream must not look as if it ran.
      fail(e, e);
    }
  }

  /** Returns true at the end of a file, false if this worker was stopped. */
  private boolean readUntilEnd() throws SourceException, PublishException, InterruptedException {
    while (!cancellation.isCancelled()) {
      String loss;
      try {
        readOnce();
        if (!wasLive) {
          return !cancellation.isCancelled();
        }
        loss = uri + " ended, but is live";
      } catch (SourceException e) {
        if (cancellation.isCancelled()) {
          return false;
        }
        if (!wasLive || e.reason() == SourceException.Reason.UNKNOWN_OPTION) {
          throw e;
        }
        loss = String.valueOf(e.getMessage());
      }
      waitToReopen(loss);
    }
    return false;
  }

  private void readOnce() throws SourceException, PublishException {
    try {
      readFrames();
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
    // What was sampled is not held back for frames that may never come.
    publish(assembler.flush());
  }

  private void readFrames() throws SourceException, PublishException {
    hasFrames = false;
    try (VideoReader reader =
        VideoReader.open(uri, options.startingAt(nextIndex), progress, cancellation)) {
      wasLive |= reader.live();
      progress.opened(reader.live(), reader.declaredMicros());
      LOG.atInfo().addKeyValue("stream", streamId).log("reading {} from frame {}", uri, nextIndex);
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        if (!hasFrames) {
          hasFrames = true;
          firstFrameNanos = System.nanoTime();
          progress.recovered();
        }
        nextIndex = frame.index() + 1;
        progress.frameSampled();
        publish(assembler.add(frame));
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

  private void waitToReopen(String loss) throws InterruptedException {
    progress.lost(loss);
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
