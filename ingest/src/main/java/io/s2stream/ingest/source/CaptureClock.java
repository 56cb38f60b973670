package io.s2stream.ingest.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.s2stream.ingest.libav.Libav;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVProducerReferenceTime;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Says when frames were captured: by the camera's own clock where the source tells it (RTSP, by
 * RTCP sender reports, RFC 3550 section 6.4.1), else when they were decoded.
 *
 * <p>A camera without a time server counts from its own start or from 1970. So a live source's
 * clock that is more than {@value #MAX_DIFFERENCE_MICROS} µs off this machine's is not believed.
 *
 * <p>The first report comes up to some seconds after the first frames, which were held up while the
 * stream was analysed and so look late. Their successors' times are not let fall behind them,
 * unless by more than {@value #MAX_STEP_BACK_MICROS} µs: then the two clocks differ, and the
 * camera's counts.
 *
 * <p>Not thread-safe.
 */
final class CaptureClock {

  static final long MAX_DIFFERENCE_MICROS = 60_000_000;

  private static final long MAX_STEP_BACK_MICROS = 5_000_000;

  private final AVRational timeBase;
  private final boolean live;
  private boolean told;
  private long anchorTimestamp;
  private long anchorWallMicros;
  private boolean refused;
  private long lastMicros = Long.MIN_VALUE;

  /**
   * @param timeBase unit of the packets' and frames' times
   * @param live whether frames are captured about now
   */
  CaptureClock(AVRational timeBase, boolean live) {
    this.timeBase = timeBase;
    this.live = live;
  }

  /** Takes over what the packet says of the camera's clock, if anything. */
  void note(AVPacket packet) {
    BytePointer data =
        avcodec.av_packet_get_side_data(packet, avcodec.AV_PKT_DATA_PRFT, (SizeTPointer) null);
    if (!Libav.isNull(data) && packet.pts() != avutil.AV_NOPTS_VALUE) {
      anchor(packet.pts(), new AVProducerReferenceTime(data).wallclock());
    }
  }

  /**
   * @param timestamp time of a packet in the stream's unit
   * @param wallMicros the camera's clock at that time, µs since 1970-01-01 UTC
   */
  void anchor(long timestamp, long wallMicros) {
    told = true;
    anchorTimestamp = timestamp;
    anchorWallMicros = wallMicros;
  }

  /**
   * Returns when a frame was captured, in µs since 1970-01-01 UTC.
   *
   * @param timestamp the frame's own time in the stream's unit, or AV_NOPTS_VALUE
   */
  long captureMicros(long timestamp) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    refused = false;
    long captured = now;
    if (told && timestamp != avutil.AV_NOPTS_VALUE) {
      captured = anchorWallMicros + Libav.toMicros(timestamp - anchorTimestamp, timeBase);
      refused = live && Math.abs(now - captured) > MAX_DIFFERENCE_MICROS;
    }
    lastMicros = notBefore(lastMicros, refused ? now : captured);
    return lastMicros;
  }

  private static long notBefore(long last, long micros) {
    return micros < last && last - micros <= MAX_STEP_BACK_MICROS ? last : micros;
  }

  /** Returns whether the camera's clock was too far off to be used for the latest frame. */
  boolean refused() {
    return refused;
  }
}
