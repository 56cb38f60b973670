package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

import static io.s2stream.ingest.libav.Libav.allocated;

/** Opens a source with libavformat, finds its video stream and hands out that stream's packets. */
final class Demuxer implements AutoCloseable {

  private static final int EIO = -5;
  private static final long AGAIN_PAUSE_MILLIS = 5;

  private final SourceUri uri;
  private final InterruptGuard guard;
  private final AVFormatContext context;
  private final AVStream stream;

  private Demuxer(SourceUri uri, InterruptGuard guard, AVFormatContext context, AVStream stream) {
    this.uri = uri;
    this.guard = guard;
    this.context = context;
    this.stream = stream;
  }

  static Demuxer open(SourceUri uri, Map<String, String> options, InterruptGuard guard)
      throws SourceException {
    Path path = uri.localPath().orElse(null);
    if (path != null) {
      checkFile(path);
    }
    AVFormatContext context = allocated(avformat.avformat_alloc_context(), "demuxer");
    guard.install(context);
    guard.restart();
    AVDictionary dictionary = new AVDictionary(null);
    try {
      options.forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
      // On failure this frees the context itself.
      int code = avformat.avformat_open_input(context, uri.forLibav(), null, dictionary);
      if (code < 0) {
        throw openFailed(uri, guard, code);
      }
    } finally {
      avutil.av_dict_free(dictionary);
    }
    try {
      return new Demuxer(uri, guard, context, findVideo(uri, guard, context));
    } catch (SourceException | RuntimeException e) {
      avformat.avformat_close_input(context);
      throw e;
    }
  }

  private static void checkFile(Path path) throws SourceException {
    if (!Files.exists(path)) {
      throw new SourceException(
          Reason.MISSING, "no such file: " + path + " (looked for " + path.toAbsolutePath() + ")");
    }
    if (Files.isDirectory(path)) {
      throw new SourceException(Reason.MISSING, path + " is a folder: expected a video file");
    }
    if (!Files.isReadable(path)) {
      throw new SourceException(Reason.MISSING, path + " can't be read: check its permissions");
    }
  }

  private static AVStream findVideo(SourceUri uri, InterruptGuard guard, AVFormatContext context)
      throws SourceException {
    String format = context.iformat().name().getString();
    if (format.equals("tty")) {
      // libav draws any text file as terminal output: a wrong path would become a "video".
      throw notMedia(uri, "it looks like text");
    }
    int code = avformat.avformat_find_stream_info(context, (PointerPointer<?>) null);
    if (guard.cancelled() || guard.timedOut() || code < 0) {
      throw openFailed(uri, guard, code);
    }
    int index =
        avformat.av_find_best_stream(context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    boolean coverArt =
        index >= 0
            && (context.streams(index).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (index < 0 || coverArt) {
      throw new SourceException(
          Reason.NO_VIDEO,
          uri + " has no video stream (container " + format + "): expected a video");
    }
    for (int i = 0; i < context.nb_streams(); i++) {
      if (i != index) {
        context.streams(i).discard(avcodec.AVDISCARD_ALL);
      }
    }
    return context.streams(index);
  }

  private static SourceException openFailed(SourceUri uri, InterruptGuard guard, int code) {
    if (guard.cancelled()) {
      return new SourceException(Reason.CANCELLED, "opening " + uri + " was cancelled");
    }
    if (guard.timedOut()) {
      return new SourceException(
          Reason.STALLED, uri + " sent nothing while being opened within the stall timeout");
    }
    if (code == avutil.AVERROR_INVALIDDATA() || code == avutil.AVERROR_EOF()) {
      return notMedia(uri, Libav.errorText(code));
    }
    return new SourceException(
        Reason.IO, uri + " can't be opened: " + Libav.errorText(code) + " (" + code + ")");
  }

  private static SourceException notMedia(SourceUri uri, String why) {
    return new SourceException(
        Reason.NOT_MEDIA,
        uri + " is not something libav can read: " + why + "; expected a video file or stream");
  }

  /**
   * Reads the next packet of the video stream.
   *
   * @return false at the end, also where the data breaks off or is beyond recognition
   * @throws SourceException if reading failed, stalled or was cancelled
   */
  boolean read(AVPacket packet) throws SourceException {
    while (true) {
      guard.restart();
      int code = avformat.av_read_frame(context, packet);
      checkGuard(packet);
      if (code == Libav.AGAIN) {
        pause();
      } else if (code == avutil.AVERROR_EOF() || code == avutil.AVERROR_INVALIDDATA()) {
        return false;
      } else if (code < 0) {
        String hint = code == EIO ? "; check the disk or the connection" : "";
        throw new SourceException(
            Reason.IO, "reading " + uri + " failed: " + Libav.errorText(code) + hint);
      } else if (packet.stream_index() == stream.index()) {
        return true;
      } else {
        avcodec.av_packet_unref(packet);
      }
    }
  }

  private void checkGuard(AVPacket packet) throws SourceException {
    if (guard.cancelled()) {
      avcodec.av_packet_unref(packet);
      throw new SourceException(Reason.CANCELLED, "reading " + uri + " was cancelled");
    }
    if (guard.timedOut()) {
      avcodec.av_packet_unref(packet);
      throw new SourceException(Reason.STALLED, uri + " sent nothing for the stall timeout");
    }
  }

  private void pause() throws SourceException {
    try {
      Thread.sleep(AGAIN_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.CANCELLED, "reading " + uri + " was interrupted");
    }
  }

  AVStream stream() {
    return stream;
  }

  /**
   * Returns the video stream's length, or that of the whole container, or 0 if neither is known.
   */
  long declaredMicros() {
    if (stream.duration() > 0) {
      return Libav.toMicros(stream.duration(), stream.time_base());
    }
    return Math.max(0, context.duration());
  }

  /** Returns whether {@link #declaredMicros} is the video stream's own and not the container's. */
  boolean declaresVideoLength() {
    return stream.duration() > 0 || context.nb_streams() == 1;
  }

  /** Returns whether frames arrive in real time and the end, if it comes, is a loss. */
  boolean live() {
    return uri.isLiveScheme() || (uri.localPath().isEmpty() && declaredMicros() == 0);
  }

  @Override
  public void close() {
    avformat.avformat_close_input(context);
  }
}
