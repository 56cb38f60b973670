package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.Libav;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/** Gives every decoded frame its time in microseconds from the start of its stream. */
final class FrameClock {

  /** The frame has no time and none can be derived: it has to be dropped. */
  static final long NO_TIME = Long.MIN_VALUE;

  private final AVRational timeBase;
  private final long startTime;
  private final long frameMicros;
  private final boolean live;
  private long lastMicros = NO_TIME;

  /**
   * @param sourceFps nominal frame rate, 0 if unknown
   * @param live whether a first frame without a time is to be dropped: RTSP sends such frames
   *     before the first clock report, and starting them at 0 would put them far before the second
   *     one
   */
  FrameClock(AVStream stream, double sourceFps, boolean live) {
    this.timeBase = stream.time_base();
    this.startTime = stream.start_time() == avutil.AV_NOPTS_VALUE ? 0 : stream.start_time();
    this.frameMicros = Math.round(1e6 / (sourceFps > 0 ? sourceFps : 25));
    this.live = live;
  }

  /** Returns the frame's time, or {@link #NO_TIME}. */
  long micros(AVFrame frame) {
    long time = frame.best_effort_timestamp();
    if (time != avutil.AV_NOPTS_VALUE) {
      lastMicros = Libav.toMicros(time - startTime, timeBase);
    } else if (lastMicros != NO_TIME) {
      lastMicros += frameMicros;
    } else if (!live) {
      lastMicros = 0;
    }
    return lastMicros;
  }

  /** Returns how long one frame is shown, nominally. */
  long frameMicros() {
    return frameMicros;
  }
}
