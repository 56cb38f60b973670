package io.s2stream.processor.decode;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;

/** Decodes one JPEG to packed RGB24 with the JDK's own reader. */
final class JpegDecoder {
  private JpegDecoder() {}

  /**
   * @throws FrameFaultException when it isn't a whole JPEG of exactly this size
   */
  static RgbFrame decode(ByteBuffer jpeg, int height, int width, long frameIndex) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteBufferInputStream(jpeg.duplicate()))) {
      reader.setInput(in, true, true);
      if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
        throw new FrameFaultException(
            FaultReason.SIZE_MISMATCH,
            "frame %d: the batch says %dx%d, its JPEG is %dx%d"
                .formatted(frameIndex, width, height, reader.getWidth(0), reader.getHeight(0)));
      }
      // The reader fills what a truncated file lacks with grey and only warns: such a frame is not
      // what the camera saw.
      reader.addIIOReadWarningListener(
          (IIOReadWarningListener)
              (source, warning) -> {
                throw new FrameFaultException(
                    FaultReason.DAMAGED_FRAME,
                    "frame %d: damaged JPEG: %s".formatted(frameIndex, warning));
              });
      return new RgbFrame(height, width, rgb(reader.read(0)));
    } catch (IOException | RuntimeException e) {
      if (e instanceof FrameFaultException fault) {
        throw fault;
      }
      // The JDK's reader answers some malformed headers with unchecked exceptions.
      throw new FrameFaultException(
          FaultReason.DAMAGED_FRAME,
          "frame %d: not a readable JPEG: %s".formatted(frameIndex, e.getMessage()),
          e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Packed RGB of an image as the JPEG reader gives it: 3-byte BGR for colour, one byte for grey.
   */
  private static ByteBuffer rgb(BufferedImage image) {
    Raster raster = image.getRaster();
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    int bands = raster.getNumBands();
    for (int out = 0, in = 0; out < rgb.length; out += 3, in += bands) {
      rgb[out] = samples[bands == 3 ? in + 2 : in];
      rgb[out + 1] = samples[bands == 3 ? in + 1 : in];
      rgb[out + 2] = samples[in];
    }
    return ByteBuffer.wrap(rgb);
  }
}
