package io.s2stream.ingest.source;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;

import io.s2stream.ingest.source.SourceException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a file on a thread of its own, a few pictures ahead, so that the reading thread converts
 * and sends one frame while the next ones are decoded: what the ffmpeg command does, too. The
 * decoder itself keeps its one thread, with which damaged data gives the same frames every time.
 *
 * <p>Belongs to the reading thread. The decoding thread uses the supply from the first call on, and
 * closes it.
 */
final class FramesAhead implements FrameSupply {

  /** Decoded pictures kept at most, beside the one that is converted and the decoder's own. */
  static final int PICTURES = 4;

  private final FrameSupply supply;
  private final InterruptGuard guard;
  private final List<TimedFrame> slots = Stream.generate(TimedFrame::new).limit(PICTURES).toList();
  private final BlockingQueue<TimedFrame> empty = new ArrayBlockingQueue<>(PICTURES, false, slots);
  private final BlockingQueue<TimedFrame> decoded = new ArrayBlockingQueue<>(PICTURES + 1);
  private final TimedFrame end = new TimedFrame();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable Throwable error; // Written before the end is queued.
  private long lastMicros;
  private boolean started;
  private boolean ended;

  /**
   * @param supply owned from now on
   * @param guard tells whether the reader was cancelled, so that what is ready is not given either
   * @param name of the thread
   */
  FramesAhead(FrameSupply supply, InterruptGuard guard, String name) {
    this.supply = supply;
    this.guard = guard;
    thread = new Thread(this::decode, name);
    thread.setDaemon(true);
  }

  private void decode() {
    try (supply) {
      boolean more = true;
      while (more && !closing) {
        TimedFrame slot = empty.take();
        more = supply.next(slot);
        if (more) {
          decoded.add(slot);
        }
      }
    } catch (InterruptedException e) {
      // Closed. Nobody waits for more.
    } catch (SourceException | RuntimeException | Error e) {
      error = e;
    }
    decoded.add(end);
  }

  @Override
  public boolean next(TimedFrame frame) throws SourceException {
    if (ended) {
      return false;
    }
    if (guard.cancelled()) {
      throw new SourceException(Reason.CANCELLED, "reading was cancelled");
    }
    if (!started) {
      thread.start();
      started = true;
    }
    TimedFrame slot;
    try {
      slot = decoded.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.CANCELLED, "waiting for the decoder was interrupted");
    }
    if (slot == end) {
      ended = true;
      throwError();
      return false;
    }
    frame.takeFrom(slot);
    empty.add(slot);
    lastMicros = frame.ptsMicros();
    return true;
  }

  private void throwError() throws SourceException {
    Throwable thrown = error;
    if (thrown instanceof SourceException e) {
      throw e;
    } else if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  @Override
  public long lastMicros() {
    return lastMicros;
  }

  /** Waits for the decoder to finish its picture, so that nothing native outlives this call. */
  @Override
  public void close() {
    closing = true;
    if (started) {
      joinUninterruptibly();
    } else {
      supply.close();
    }
    slots.forEach(TimedFrame::close);
    end.close();
  }

  private void joinUninterruptibly() {
    boolean interrupted = false;
    thread.interrupt();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
