package io.s2stream.ingest;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;
import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.encode.JpegEncoder;
import io.s2stream.ingest.encode.RawEncoder;
import io.s2stream.ingest.source.ImageSize;

/** The section {@code encoding}: how pixels travel in the frames topic. */
public record EncodingSettings(
    @Setting(
            value =
                "raw: RGB24, exact, 3 bytes a pixel. jpeg: some 10 to 20 times smaller, about 1"
                    + " level of error.",
            defaultValue = "raw")
        Format format,
    @Setting(
            value = "Quality scale of JPEG, 1 (best, largest) to 31; unused for raw.",
            defaultValue = "2")
        int jpegQscale) {

  /** Values of {@link #format}. */
  public enum Format {
    RAW,
    JPEG
  }

  public EncodingSettings {
    if (jpegQscale < JpegEncoder.MIN_QSCALE || jpegQscale > JpegEncoder.MAX_QSCALE) {
      throw new InvalidSettingException("jpeg-qscale", jpegQscale + ": expected 1 to 31");
    }
  }

  /** Makes an encoder for frames of this size; the caller closes it. */
  FrameEncoder encoder(ImageSize size) {
    return switch (format) {
      case RAW -> new RawEncoder();
      case JPEG -> new JpegEncoder(size, jpegQscale);
    };
  }
}
