package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.Libav;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/** Gives every decoded frame its time in microseconds from the start of its stream. */
final class FrameClock {

  /** The frame has no time and none can be derived: it has to be dropped. */
  static final long NO_TIME = Long.MIN_VALUE;

  /** How many frames without a time a live source may send first, before they are counted. */
  static final int MAX_LEAD_IN = 50;

  private final AVRational timeBase;
  private final long startTime;
  private final long frameMicros;
  private final boolean live;
  private long lastMicros = NO_TIME;
  private int leadIn;

  /**
   * @param timeBase unit of the frames' times
   * @param startTime the stream's first time in that unit, or AV_NOPTS_VALUE
   * @param sourceFps nominal frame rate, 0 if unknown
   * @param live whether first frames without a time are to be dropped: RTSP sends such frames
   *     before the first clock report, and starting them at 0 would put them far before the next
   *     ones. A source that goes on without times is counted from 0 by its frame rate.
   */
  FrameClock(AVRational timeBase, long startTime, double sourceFps, boolean live) {
    this.timeBase = timeBase;
    this.startTime = startTime == avutil.AV_NOPTS_VALUE ? 0 : startTime;
    this.frameMicros = Math.round(1e6 / (sourceFps > 0 ? sourceFps : 25));
    this.live = live;
  }

  static FrameClock of(AVStream stream, boolean live) {
    return new FrameClock(
        stream.time_base(), stream.start_time(), Libav.toDouble(stream.avg_frame_rate()), live);
  }

  /**
   * Returns a frame's time, or {@link #NO_TIME}.
   *
   * @param timestamp the frame's own in the stream's unit, or AV_NOPTS_VALUE
   */
  long micros(long timestamp) {
    if (timestamp != avutil.AV_NOPTS_VALUE) {
      lastMicros = Libav.toMicros(timestamp - startTime, timeBase);
    } else if (lastMicros != NO_TIME) {
      lastMicros += frameMicros;
    } else if (!live || ++leadIn > MAX_LEAD_IN) {
      lastMicros = 0;
    }
    return lastMicros;
  }

  /**
   * Returns how long a frame is shown.
   *
   * @param duration the frame's own in the stream's unit, 0 if unknown
   */
  long frameMicros(long duration) {
    return duration > 0 ? Libav.toMicros(duration, timeBase) : frameMicros;
  }
}
