package io.s2stream.ingest.source;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Lets blocking calls of one AVFormatContext be ended, by a {@link Cancellation} or by running out
 * of time. Belongs to the thread that reads packets.
 */
final class InterruptGuard implements AutoCloseable {

  // The one place with static state. JavaCPP gives a callback class ten native entry points and
  // never calls the eleventh instance, without any error: so there is one instance for all streams,
  // which are told apart by the opaque pointer, a made-up address that is only ever compared.
  private static final Map<Long, InterruptGuard> GUARDS = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT_ID = new AtomicLong(1);
  private static final Callback CALLBACK = new Callback();

  private final long id = NEXT_ID.getAndIncrement();
  private final long stallNanos;
  private final Cancellation cancellation;
  private volatile long timeoutNanos;
  private volatile boolean timedOut;
  private volatile long startedNanos = System.nanoTime();
  private long pausedNanos;

  InterruptGuard(Duration timeout, Cancellation cancellation) {
    this.cancellation = cancellation;
    this.stallNanos = timeout.toNanos();
    GUARDS.put(id, this);
  }

  void install(AVFormatContext context) {
    context.interrupt_callback().callback(CALLBACK).opaque(new Id(id));
  }

  /** Starts the clock anew: something is about to begin, or a frame arrived. */
  void restart() {
    timeoutNanos = stallNanos;
    startedNanos = System.nanoTime();
  }

  /** Stops the clock: whoever reads takes time, as for a broker that is away, not the source. */
  void pause() {
    pausedNanos = System.nanoTime();
  }

  /** Lets the clock go on after {@link #pause}. No call of libav's may have run meanwhile. */
  void resume() {
    startedNanos = startedNanos + (System.nanoTime() - pausedNanos);
  }

  /** Starts the clock for opening, which may take no longer than this, nor than a stall. */
  void startOpening(Duration limit) {
    restart();
    timeoutNanos = stallNanos == 0 ? limit.toNanos() : Math.min(stallNanos, limit.toNanos());
  }

  boolean cancelled() {
    return cancellation.isCancelled();
  }

  /**
   * Returns whether a call ran out of time since this guard was made. Ask after every read: libav
   * may report an interrupted read as a success and hand out the parser's last packet.
   */
  boolean timedOut() {
    return timedOut;
  }

  private boolean mustStop() {
    if (timeoutNanos > 0 && System.nanoTime() - startedNanos > timeoutNanos) {
      timedOut = true;
    }
    return cancelled() || timedOut;
  }

  @Override
  public void close() {
    GUARDS.remove(id);
  }

  private static final class Callback extends AVIOInterruptCB.Callback_Pointer {
    @Override
    public int call(@Nullable Pointer opaque) {
      InterruptGuard guard = opaque == null ? null : GUARDS.get(opaque.address());
      return guard != null && guard.mustStop() ? 1 : 0;
    }
  }

  private static final class Id extends Pointer {
    Id(long id) {
      address = id;
    }
  }
}
