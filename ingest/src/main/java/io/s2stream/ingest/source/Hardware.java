package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.Libav;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device that decodes video, opened when the first stream asks for it and shared by all. Where
 * it can't be opened, or has no decoder for a stream, that stream is decoded in software.
 *
 * <p>Thread-safe. Close it after the streams that use it.
 */
public final class Hardware implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Hardware.class);

  /** Kinds of devices. */
  public enum Kind {
    NONE,
    /** The first of CUDA and VAAPI that is there. */
    AUTO,
    CUDA,
    VAAPI
  }

  private final Kind kind;
  private @Nullable AVBufferRef device;
  private boolean tried;

  public Hardware(Kind kind) {
    this.kind = kind;
  }

  /** Returns one that decodes everything in software. */
  public static Hardware none() {
    return new Hardware(Kind.NONE);
  }

  /**
   * Returns a new reference to the device, for a decoder to own, or null for software. Warns once,
   * at the first call, if the device that was asked for can't be opened.
   */
  synchronized @Nullable AVBufferRef reference() {
    if (!tried) {
      tried = true;
      device =
          switch (kind) {
            case NONE -> null;
            case CUDA -> opened(avutil.AV_HWDEVICE_TYPE_CUDA, true);
            case VAAPI -> opened(avutil.AV_HWDEVICE_TYPE_VAAPI, true);
            case AUTO -> {
              AVBufferRef cuda = opened(avutil.AV_HWDEVICE_TYPE_CUDA, false);
              yield cuda != null ? cuda : opened(avutil.AV_HWDEVICE_TYPE_VAAPI, false);
            }
          };
      if (device == null && kind == Kind.AUTO) {
        LOG.info("no hardware decoder found: video is decoded in software");
      }
    }
    return device == null ? null : avutil.av_buffer_ref(device);
  }

  private static @Nullable AVBufferRef opened(int type, boolean warn) {
    AVBufferRef opened = new AVBufferRef(null);
    int code = avutil.av_hwdevice_ctx_create(opened, type, (String) null, (AVDictionary) null, 0);
    if (code < 0) {
      if (warn) {
        LOG.warn(
            "hwaccel {} can't be used: {}; all video is decoded in software. Install its driver or"
                + " set decoding.hwaccel to none",
            avutil.av_hwdevice_get_type_name(type).getString(),
            Libav.errorText(code));
      }
      return null;
    }
    return opened;
  }

  @Override
  public synchronized void close() {
    tried = true;
    if (device != null) {
      avutil.av_buffer_unref(device);
      device = null;
    }
  }
}
