package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;

/** Opens a source with libavformat, within the limits, and finds its video stream. */
final class SourceOpening {

  private SourceOpening() {}

  /**
   * @param guard ends the opening when it is cancelled or takes too long; watches the reading after
   *     it, too
   * @return the caller closes it
   * @throws SourceException if the source is not there, not allowed, no video, or not opened in
   *     time
   */
  static Demuxer open(
      SourceUri uri, ReaderOptions readerOptions, InterruptGuard guard, ReaderEvents events)
      throws SourceException {
    Map<String, String> options = readerOptions.libavOptions();
    DecoderOptions limits = readerOptions.decoding();
    Path path = uri.localPath().orElse(null);
    if (path != null) {
      checkFile(path);
    }
    AVFormatContext context = allocated(avformat.avformat_alloc_context(), "demuxer");
    guard.install(context);
    guard.startOpening(limits.openTimeout());
    AVDictionary dictionary = new AVDictionary(null);
    try {
      ProtocolDefaults.of(uri, readerOptions.live(), options)
          .forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
      options.forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
      // On failure this frees the context itself.
      int code = avformat.avformat_open_input(context, uri.forLibav(), formatOf(uri), dictionary);
      if (code < 0) {
        throw openFailed(uri, guard, code, ProtocolDefaults.hint(uri, options));
      }
      checkAllUsed(uri, options, dictionary);
      forgetIoErrors(context);
      return new Demuxer(uri, guard, context, findVideo(uri, limits, guard, context), events);
    } catch (SourceException | RuntimeException | Error e) {
      if (!context.isNull()) {
        avformat.avformat_close_input(context);
      }
      throw e;
    } finally {
      avutil.av_dict_free(dictionary);
    }
  }

  /** Null lets libav find out, which it can't for a capture device. */
  private static @Nullable AVInputFormat formatOf(SourceUri uri) throws SourceException {
    if (!uri.scheme().equals(SourceUri.V4L2)) {
      return null;
    }
    // Loaded for capture devices alone: it needs libraries that a slim image doesn't have.
    try {
      avdevice.avdevice_register_all();
    } catch (LinkageError e) {
      throw new SourceException(
          Reason.MISSING_LIBRARY,
          uri
              + " can't be opened: capture devices need Debian's libxcb1, libxcb-shm0, libpulse0 and"
              + " libasound2 (libasound2t64 from Debian 13 on): "
              + e.getMessage(),
          e);
    }
    return avformat.av_find_input_format("video4linux2");
  }

  /** libav leaves in the dictionary what neither the protocol nor the demuxer knew. */
  private static void checkAllUsed(SourceUri uri, Map<String, String> options, AVDictionary unused)
      throws SourceException {
    List<String> names =
        options.keySet().stream()
            .filter(name -> !Libav.isNull(avutil.av_dict_get(unused, name, null, 0)))
            .sorted()
            .toList();
    if (!names.isEmpty()) {
      throw new SourceException(
          Reason.UNKNOWN_OPTION,
          uri
              + ": libav has no option "
              + String.join(", ", names)
              + " for this kind of source; correct or remove it");
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
    if (!Files.isRegularFile(path)) {
      throw new SourceException(
          Reason.MISSING,
          path
              + " is a pipe, socket or device: expected a video file; serve a camera or a program's"
              + " output by a URL (rtsp, srt, udp, http)");
    }
    if (!Files.isReadable(path)) {
      throw new SourceException(Reason.MISSING, path + " can't be read: check its permissions");
    }
  }

  private static AVStream findVideo(
      SourceUri uri, DecoderOptions limits, InterruptGuard guard, AVFormatContext context)
      throws SourceException {
    String format = context.iformat().name().getString();
    if (format.equals("tty")) {
      // libav draws any text file as terminal output: a wrong path would become a "video".
      throw notMedia(uri, "it looks like text");
    }
    int code = probe(context, limits);
    if (guard.cancelled() || guard.timedOut() || code < 0) {
      throw openFailed(uri, guard, code, "");
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

  /** Looks into the streams, whose first pictures libav decodes for that, within the limits. */
  private static int probe(AVFormatContext context, DecoderOptions limits) {
    int streams = context.nb_streams();
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, streams))) {
      for (int i = 0; i < streams; i++) {
        AVDictionary dictionary = new AVDictionary(null);
        avutil.av_dict_set(dictionary, "max_pixels", Long.toString(limits.roundedMaxPixels()), 0);
        options.put(i, dictionary);
      }
      int code = avformat.avformat_find_stream_info(context, options);
      for (int i = 0; i < streams; i++) {
        // libav put those it did not use into a dictionary of its own.
        AVDictionary unused = options.get(AVDictionary.class, i);
        if (!Libav.isNull(unused)) {
          avutil.av_dict_free(unused);
        }
      }
      return code;
    }
  }

  private static SourceException openFailed(
      SourceUri uri, InterruptGuard guard, int code, String hint) {
    if (guard.cancelled()) {
      return new SourceException(Reason.CANCELLED, "opening " + uri + " was cancelled");
    }
    if (guard.timedOut()) {
      return new SourceException(
          Reason.STALLED,
          uri + " could not be opened in time (stall-timeout, decoding.open-timeout)");
    }
    if (code == avutil.AVERROR_INVALIDDATA() || code == avutil.AVERROR_EOF()) {
      return notMedia(uri, Libav.errorText(code));
    }
    return new SourceException(
        isRefusal(code) ? Reason.MISSING : Reason.IO,
        uri + " can't be opened: " + Libav.errorText(code) + " (" + code + ")" + hint);
  }

  /** Whether asking again would bring the same answer: of a server, or of libav itself. */
  private static boolean isRefusal(int code) {
    return code == avutil.AVERROR_HTTP_BAD_REQUEST()
        || code == avutil.AVERROR_HTTP_UNAUTHORIZED()
        || code == avutil.AVERROR_HTTP_FORBIDDEN()
        || code == avutil.AVERROR_HTTP_NOT_FOUND()
        || code == avutil.AVERROR_PROTOCOL_NOT_FOUND();
  }

  private static SourceException notMedia(SourceUri uri, String why) {
    return new SourceException(
        Reason.NOT_MEDIA,
        uri + " is not something libav can read: " + why + "; expected a video file or stream");
  }

  /** An optional part that could not be read, such as an index at the end, is no reason to fail. */
  private static void forgetIoErrors(AVFormatContext context) {
    if (!Libav.isNull(context.pb())) {
      context.pb().error(0);
    }
  }
}
