package io.s2stream.ingest.source;

import java.util.ArrayDeque;
import java.util.Deque;

import io.s2stream.ingest.libav.FilterGraph;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole pictures of interlaced ones, one for each, with libavfilter's bwdif. It looks at the
 * pictures before and after, so interlaced video comes one picture later; progressive video passes
 * untouched and at once. Not thread-safe; owns what it holds.
 */
final class Deinterlacer implements AutoCloseable {

  // bwdif refuses less.
  private static final int MIN_LINES = 8;

  private final boolean enabled;
  private final Deque<TimedFrame> ready = new ArrayDeque<>();
  private final Deque<TimedFrame> inside = new ArrayDeque<>();
  private @Nullable FilterGraph graph;
  private @Nullable Picture current;

  Deinterlacer(boolean enabled) {
    this.enabled = enabled;
  }

  /**
   * Looks at the next decoded frame.
   *
   * @return true if it is to be used as it is; false if it was taken over, so that {@link #poll}
   *     gives it later
   */
  boolean passes(TimedFrame frame) {
    AVFrame picture = frame.picture();
    boolean interlaced =
        enabled
            && (picture.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0
            && picture.height() >= MIN_LINES;
    if (!interlaced && graph == null) {
      return true;
    }
    TimedFrame own = new TimedFrame();
    own.takeFrom(frame);
    if (interlaced) {
      filter(own);
    } else {
      end();
      ready.add(own);
    }
    return false;
  }

  private void filter(TimedFrame frame) {
    Picture picture = Picture.of(frame.picture(), Orientation.UPRIGHT);
    if (!picture.equals(current)) {
      end();
      current = picture;
    }
    FilterGraph filters = graph;
    if (filters == null) {
      filters = FilterGraph.fed(picture.bufferArguments(), "bwdif=mode=send_frame:deint=all");
      graph = filters;
    }
    frame.picture().pts(frame.ptsMicros());
    inside.add(frame);
    filters.push(frame.picture());
    collect(filters);
  }

  private void collect(FilterGraph filters) {
    TimedFrame next = inside.peek();
    while (next != null && filters.pull(next.picture())) {
      ready.add(inside.remove());
      next = inside.peek();
    }
  }

  /** No frame follows: lets go of those that wait for one. */
  void end() {
    if (graph != null) {
      graph.push(null);
      collect(graph);
      graph.close();
      graph = null;
    }
    inside.forEach(TimedFrame::close);
    inside.clear();
  }

  /** Moves the next finished picture into {@code frame}; returns false if there is none yet. */
  boolean poll(TimedFrame frame) {
    TimedFrame next = ready.poll();
    if (next == null) {
      return false;
    }
    frame.takeFrom(next);
    next.close();
    return true;
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
      graph = null;
    }
    inside.forEach(TimedFrame::close);
    ready.forEach(TimedFrame::close);
    inside.clear();
    ready.clear();
  }
}
