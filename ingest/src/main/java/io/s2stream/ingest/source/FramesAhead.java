package io.s2stream.ingest.source;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Decodes a file on a thread of its own, a few pictures ahead, so that one frame is converted while
 * the next ones are decoded: what the ffmpeg command does, too. The decoder itself keeps its one
 * thread, with which damaged data gives the same frames every time.
 *
 * <p>Read by one thread, while the decoding one uses the supply; closed by whoever knows that the
 * reading one is done.
 */
final class FramesAhead implements FrameSupply {

  /** Decoded pictures kept at most, beside the one that is converted and the decoder's own. */
  static final int PICTURES = 4;

  private final FrameSupply supply;
  private final List<TimedFrame> slots = Stream.generate(TimedFrame::new).limit(PICTURES).toList();
  private final BlockingQueue<TimedFrame> empty = new ArrayBlockingQueue<>(PICTURES, false, slots);
  private final ReadAhead<TimedFrame> decoded;
  private long lastMicros;

  /**
   * @param supply owned from now on
   * @param guard tells whether the reader was cancelled, so that what is ready is not given either
   * @param name of the thread
   */
  FramesAhead(FrameSupply supply, InterruptGuard guard, String name) {
    this.supply = supply;
    this.decoded = new ReadAhead<>(this::decode, guard, PICTURES, name);
  }

  private @Nullable TimedFrame decode() throws SourceException, InterruptedException {
    TimedFrame slot = empty.take();
    return supply.next(slot) ? slot : null;
  }

  @Override
  public boolean next(TimedFrame frame) throws SourceException {
    TimedFrame slot = decoded.next();
    if (slot == null) {
      return false;
    }
    frame.takeFrom(slot);
    empty.add(slot);
    lastMicros = frame.ptsMicros();
    return true;
  }

  @Override
  public long lastMicros() {
    return lastMicros;
  }

  @Override
  public void close() {
    decoded.close();
    supply.close();
    slots.forEach(TimedFrame::close);
  }
}
