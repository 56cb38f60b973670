package io.s2stream.ingest.publish;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live stream's records that wait to be sent. Never blocks the camera: when it is full, the
 * oldest record is dropped and counted. Records get their indices as they leave, so that the topic
 * has no gap in them; the first frame after dropped ones is marked as a discontinuity.
 *
 * <p>Thread-safe: the stream's thread puts in, the {@link LiveSender}'s takes out, the producer's
 * completes.
 */
public final class LiveQueue implements Outlet {

  private static final Logger LOG = LoggerFactory.getLogger(LiveQueue.class);

  private final String streamId;
  private final int maxRecords;
  private final LiveSender sender;
  private final Acknowledgements listener;
  private final Deque<FrameBatch> waiting = new ArrayDeque<>();
  private long underWay;
  private long nextIndex;
  private boolean gap;
  private boolean scheduled;
  private boolean closed;
  private long droppedInARow;

  /**
   * @param maxRecords records kept, at least 1
   */
  public LiveQueue(String streamId, int maxRecords, LiveSender sender, Acknowledgements listener) {
    if (maxRecords < 1) {
      throw new IllegalArgumentException("records of a live queue: expected at least 1");
    }
    this.streamId = streamId;
    this.maxRecords = maxRecords;
    this.sender = sender;
    this.listener = listener;
  }

  /** Says how many frames of this stream are in the topic already. Before the first record. */
  public synchronized void startAt(long index) {
    nextIndex = index;
  }

  @Override
  public void publish(FrameBatch batch) {
    int dropped = 0;
    boolean schedule = false;
    synchronized (this) {
      while (!closed && waiting.size() >= maxRecords) {
        dropped += waiting.removeFirst().getFrames().size();
      }
      if (closed) {
        dropped += batch.getFrames().size();
      } else {
        waiting.addLast(batch);
        schedule = !scheduled;
        scheduled = true;
      }
      gap |= dropped > 0;
      if (dropped > 0 && droppedInARow == 0) {
        LOG.atWarn()
            .addKeyValue("stream", streamId)
            .log("the broker is slower than this live stream: its oldest frames are dropped");
      }
      droppedInARow += dropped;
    }
    if (dropped > 0) {
      listener.overrun(dropped);
    }
    if (schedule) {
      sender.ready(this);
    }
  }

  /** Returns the oldest record, numbered, or null if none waits. The sender's. */
  synchronized @Nullable FrameBatch take() {
    FrameBatch batch = waiting.pollFirst();
    if (batch == null) {
      return null;
    }
    underWay++;
    List<Frame> frames = batch.getFrames();
    batch.setFirstFrameIndex(nextIndex);
    for (Frame frame : frames) {
      frame.setIndex(nextIndex++);
    }
    if (gap && !frames.isEmpty()) {
      frames.get(0).setDiscontinuity(true);
      gap = false;
    }
    return batch;
  }

  /** Returns whether more waits; if not, the next record schedules this queue again. */
  synchronized boolean staysReady() {
    if (droppedInARow > 0 && waiting.size() < maxRecords) {
      LOG.atWarn()
          .addKeyValue("stream", streamId)
          .log("live again after {} dropped frames", droppedInARow);
      droppedInARow = 0;
    }
    scheduled = !waiting.isEmpty();
    return scheduled;
  }

  /** Records what became of one that was taken. */
  void completed(int frames, long bytes, @Nullable String refusal) {
    if (refusal == null) {
      listener.acknowledged(frames, bytes);
    } else {
      listener.refused(frames, refusal);
    }
    synchronized (this) {
      underWay--;
      gap |= refusal != null;
      notifyAll();
    }
  }

  @Override
  public synchronized void awaitAcknowledged() throws InterruptedException {
    while (underWay > 0 || !waiting.isEmpty()) {
      wait();
    }
  }

  /** Drops what still waits, and all that comes. */
  public void close() {
    int dropped;
    synchronized (this) {
      closed = true;
      dropped = waiting.stream().mapToInt(batch -> batch.getFrames().size()).sum();
      waiting.clear();
      notifyAll();
    }
    if (dropped > 0) {
      listener.overrun(dropped);
    }
  }
}
