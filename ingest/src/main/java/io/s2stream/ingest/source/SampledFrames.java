package io.s2stream.ingest.source;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.sample.FrameSampler;
import io.s2stream.ingest.sample.FrameSampler.Choice;
import io.s2stream.ingest.sample.NearDuplicates;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.source.SourceException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among decoded frames and converts those that go on. Used by one thread, but for {@link
 * #reuse}; whoever closes it knows that this thread is done.
 */
final class SampledFrames implements AutoCloseable {

  private final SourceUri uri;
  private final ReaderOptions options;
  private final ReaderEvents events;
  private final FrameSupply frames;
  private final PictureConverter converter;
  private final FrameSampler sampler;
  private final @Nullable NearDuplicates nearDuplicates;
  private final String streamOrientation;
  private final TimedFrame current = new TimedFrame();
  private final TimedFrame held = new TimedFrame();
  private final Queue<byte[]> spares = new ConcurrentLinkedQueue<>();

  private long nextIndex;
  private boolean discontinuity;
  private boolean heldIsNext;
  private @Nullable VideoFrame repeated;
  private int repeats;
  private boolean ended;

  /**
   * @param frames owned from now on
   * @param streamOrientation what puts pictures upright that don't say it themselves
   */
  SampledFrames(
      SourceUri uri,
      ReaderOptions options,
      ReaderEvents events,
      FrameSupply frames,
      FrameSampler sampler,
      String streamOrientation) {
    this.uri = uri;
    this.options = options;
    this.events = events;
    this.frames = frames;
    this.sampler = sampler;
    this.streamOrientation = streamOrientation;
    this.converter = new PictureConverter(uri, options.size(), options.pictures());
    Sampling sampling = options.sampling();
    this.nearDuplicates =
        sampling.minDifference() > 0
            ? new NearDuplicates(sampling.minDifference(), sampling.maxGap())
            : null;
    this.nextIndex = options.firstIndex();
    this.discontinuity = options.firstIndex() > 0;
  }

  /**
   * Returns the next sampled frame, or null at the end (and ever after). Blocks until there is one.
   *
   * @throws SourceException as {@link VideoReader#next}
   */
  @Nullable VideoFrame next() throws SourceException {
    try {
      while (!ended) {
        VideoFrame sampled = step();
        if (sampled != null) {
          return sampled;
        }
      }
      return null;
    } catch (LibavException e) {
      ended = true;
      throw new SourceException(
          Reason.UNSUPPORTED,
          uri
              + " can't be read on after "
              + frames.lastMicros() / 1e6
              + " s: failed to "
              + e.getMessage(),
          e);
    }
  }

  private @Nullable VideoFrame step() throws SourceException {
    if (repeated != null && repeats > 0) {
      repeats--;
      return again(repeated);
    }
    if (heldIsNext) {
      heldIsNext = false;
      return goOn(held);
    }
    if (!sampler.finished() && frames.next(current)) {
      return sample();
    }
    ended = true;
    return sampler.releasesAtEnd(held.shownMicros()) ? goOn(held) : null;
  }

  /** Looks at the frame in {@code current}; returns it or the held one if that is decided now. */
  private @Nullable VideoFrame sample() throws SourceException {
    long micros = current.ptsMicros();
    VideoFrame released = sampler.releases(micros) ? goOn(held) : null;
    discontinuity |= current.discontinuity();
    Choice choice = sampler.choose(micros);
    if (choice == Choice.SKIP) {
      current.clear();
      return released;
    }
    if (discontinuity || held.discontinuity()) {
      current.markDiscontinuity();
    }
    discontinuity = false;
    held.takeFrom(current);
    heldIsNext = choice == Choice.TAKE;
    return released;
  }

  /** Returns a chosen frame as it is published, or null if it is nearly the one before. */
  private @Nullable VideoFrame goOn(TimedFrame frame) throws SourceException {
    try {
      if (nearDuplicates != null
          && !nearDuplicates.goesOn(
              converter.thumbnail(frame.picture()), frame.ptsMicros(), frame.discontinuity())) {
        events.nearDuplicate();
        return null;
      }
      String orientation = Orientation.filtersFor(frame.picture(), streamOrientation);
      VideoFrame result =
          new VideoFrame(
              nextIndex,
              frame.ptsMicros(),
              frame.captureMicros(),
              frame.discontinuity(),
              options.size(),
              converter.rgb(frame.picture(), orientation, spares.poll()));
      nextIndex++;
      repeats = sampler.copies() - 1;
      repeated = repeats > 0 ? result : null;
      return result;
    } finally {
      frame.clear();
    }
  }

  private VideoFrame again(VideoFrame frame) {
    byte[] rgb = frame.rgb();
    byte[] spare = spares.poll();
    byte[] copy = spare != null && spare.length == rgb.length ? spare : new byte[rgb.length];
    // The frame may have been given back already; until the next picture no array is written to,
    // but with this one.
    System.arraycopy(rgb, 0, copy, 0, rgb.length);
    return new VideoFrame(
        nextIndex++, frame.ptsMicros(), frame.captureTimeMicros(), false, frame.size(), copy);
  }

  /** As {@link VideoReader#reuse}. Thread-safe. */
  void reuse(VideoFrame frame) {
    spares.add(frame.rgb());
  }

  @Override
  public void close() {
    current.close();
    held.close();
    converter.close();
    frames.close();
  }
}
