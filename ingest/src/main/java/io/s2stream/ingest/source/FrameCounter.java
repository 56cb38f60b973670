package io.s2stream.ingest.source;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * Counts a video's frames by going through all of it once, as what containers say of it is a guess.
 */
final class FrameCounter {

  private FrameCounter() {}

  /**
   * Returns how many frames decoding gives. Progressive video holds one in each packet, so its
   * packets are counted, which takes a few milliseconds for a minute; of interlaced video a packet
   * may hold a field, so it is decoded.
   *
   * @throws SourceException if it can't be opened or read, or was cancelled
   */
  static long count(SourceUri uri, ReaderOptions options, Cancellation cancellation)
      throws SourceException {
    AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");
    try (InterruptGuard guard = new InterruptGuard(options.stallTimeout(), cancellation);
        Demuxer demuxer = SourceOpening.open(uri, options, guard, ReaderEvents.NONE)) {
      int order = demuxer.stream().codecpar().field_order();
      boolean progressive =
          order == avcodec.AV_FIELD_UNKNOWN || order == avcodec.AV_FIELD_PROGRESSIVE;
      if (progressive) {
        return packets(demuxer, packet);
      }
      try (Decoder decoder = DecodedFrames.decoder(uri, options, ReaderEvents.NONE, demuxer)) {
        return frames(demuxer, decoder, packet);
      }
    } finally {
      avcodec.av_packet_free(packet);
    }
  }

  private static long packets(Demuxer demuxer, AVPacket packet) throws SourceException {
    long count = 0;
    while (demuxer.read(packet)) {
      // Cut off by an edit list: decoded, but never shown.
      if ((packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0) {
        count++;
      }
      avcodec.av_packet_unref(packet);
    }
    return count;
  }

  private static long frames(Demuxer demuxer, Decoder decoder, AVPacket packet)
      throws SourceException {
    AVFrame frame = allocated(avutil.av_frame_alloc(), "frame");
    try {
      long count = 0;
      boolean more = true;
      while (more) {
        more = demuxer.read(packet);
        decoder.send(more ? packet : null);
        avcodec.av_packet_unref(packet);
        while (decoder.receive(frame)) {
          count++;
          avutil.av_frame_unref(frame);
        }
      }
      return count;
    } finally {
      avutil.av_frame_free(frame);
    }
  }
}
