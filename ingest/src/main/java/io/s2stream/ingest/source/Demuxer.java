package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
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

/** Opens a source with libavformat, finds its video stream and hands out that stream's packets. */
final class Demuxer implements AutoCloseable {

  private static final int EIO = -5;
  private static final long AGAIN_PAUSE_MILLIS = 5;
  private static final int MAX_INVALID_IN_A_ROW = 100;
  private static final Set<String> PLAYLISTS = Set.of("hls", "dash", "sdp");

  private final SourceUri uri;
  private final InterruptGuard guard;
  private final AVFormatContext context;
  private final AVStream stream;
  private final ReaderEvents events;
  private long errors;

  private Demuxer(
      SourceUri uri,
      InterruptGuard guard,
      AVFormatContext context,
      AVStream stream,
      ReaderEvents events) {
    this.uri = uri;
    this.guard = guard;
    this.context = context;
    this.stream = stream;
    this.events = events;
  }

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
              + " libasound2: "
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

  /**
   * Reads the next packet of the video stream. Does not start the guard's clock: a camera that
   * sends sound, or reports without pictures, has stalled as well as a silent one.
   *
   * @return false at the end, also where the data breaks off
   * @throws SourceException if reading failed, stalled or was cancelled, or if the data stays
   *     beyond recognition after {@value #MAX_INVALID_IN_A_ROW} tries
   */
  boolean read(AVPacket packet) throws SourceException {
    int invalid = 0;
    while (true) {
      int code = avformat.av_read_frame(context, packet);
      checkGuard(packet);
      checkIo(packet);
      if (code == Libav.AGAIN) {
        pause();
      } else if (code == avutil.AVERROR_EOF()) {
        return false;
      } else if (code == avutil.AVERROR_INVALIDDATA() && ++invalid < MAX_INVALID_IN_A_ROW) {
        errors++;
        events.decodeError();
      } else if (code < 0) {
        throw readFailed(invalid > 0 ? Reason.DAMAGED : Reason.IO, code);
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
      throw cancelled();
    }
    if (guard.timedOut()) {
      avcodec.av_packet_unref(packet);
      throw new SourceException(Reason.STALLED, uri + " sent no picture for the stall timeout");
    }
  }

  /**
   * A connection or a disk that failed: demuxers tell of it by an end, by invalid data, or only
   * with the next packet, after one that is cut off. What was whole is read again by whoever tries
   * again.
   */
  private void checkIo(AVPacket packet) throws SourceException {
    int code = Libav.isNull(context.pb()) ? 0 : context.pb().error();
    if (code < 0 && code != Libav.AGAIN) {
      avcodec.av_packet_unref(packet);
      throw readFailed(Reason.IO, code);
    }
  }

  /** An optional part that could not be read, such as an index at the end, is no reason to fail. */
  private static void forgetIoErrors(AVFormatContext context) {
    if (!Libav.isNull(context.pb())) {
      context.pb().error(0);
    }
  }

  private SourceException readFailed(Reason reason, int code) {
    String hint = code == EIO ? "; check the disk or the connection" : "";
    return new SourceException(
        reason, "reading " + uri + " failed: " + Libav.errorText(code) + hint);
  }

  SourceException cancelled() {
    return new SourceException(Reason.CANCELLED, "reading " + uri + " was cancelled");
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

  /** Returns how many times unreadable data was skipped. */
  long errors() {
    return errors;
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

  /** Returns whether the source has a known length in time or in bytes. */
  boolean bounded() {
    return declaredMicros() > 0 || bytes() > 0;
  }

  /** Returns the size of the source, or 0 if it is not known. */
  long bytes() {
    AVIOContext io = context.pb();
    // The size of a playlist says nothing of the video's.
    boolean playlist = PLAYLISTS.contains(context.iformat().name().getString());
    return playlist || Libav.isNull(io) ? 0 : Math.max(0, avformat.avio_size(io));
  }

  @Override
  public void close() {
    avformat.avformat_close_input(context);
  }
}
