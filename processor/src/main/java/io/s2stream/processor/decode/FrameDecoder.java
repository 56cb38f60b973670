package io.s2stream.processor.decode;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;

/**
 * Decodes the frames of a batch to packed RGB24. Stateless and thread-safe.
 *
 * <p>Sizes are checked before anything is allocated: a hostile or damaged record can't make the
 * service run out of memory.
 */
public final class FrameDecoder {
  private final long maxPixels;

  /**
   * @param maxPixels largest {@code width * height} that is decoded
   */
  public FrameDecoder(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  /**
   * Decodes all frames of a batch.
   *
   * @return one frame for each of the batch's, in order; RGB24 frames are views of the batch's own
   *     bytes
   * @throws FrameFaultException when the batch can't be decoded; says which frame and what was
   *     expected
   */
  public List<RgbFrame> decode(FrameBatch batch) {
    checkSize(batch);
    int width = batch.getWidth();
    int height = batch.getHeight();
    List<RgbFrame> frames = new ArrayList<>(batch.getFrames().size());
    for (Frame frame : batch.getFrames()) {
      frames.add(
          switch (batch.getEncoding()) {
            case RGB24 -> raw(frame, height, width);
            case JPEG -> JpegDecoder.decode(frame.getData(), height, width, frame.getIndex());
            case UNKNOWN ->
                throw new FrameFaultException(
                    FaultReason.UNKNOWN_ENCODING,
                    "the pixel encoding is not known to this version: it reads RGB24 and JPEG");
          });
    }
    return frames;
  }

  /**
   * Checks the stated frame size, on which all later allocations rest.
   *
   * @throws FrameFaultException when it is not positive or larger than may be decoded
   */
  public void checkSize(FrameBatch batch) {
    int width = batch.getWidth();
    int height = batch.getHeight();
    if (width < 1 || height < 1 || (long) width * height > maxPixels) {
      throw new FrameFaultException(
          FaultReason.BAD_DIMENSIONS,
          "frame size "
              + width
              + "x"
              + height
              + " is not between 1x1 and "
              + maxPixels
              + " pixels (max-frame-pixels)");
    }
  }

  private static RgbFrame raw(Frame frame, int height, int width) {
    ByteBuffer data = frame.getData();
    long expected = 3L * height * width;
    if (data.remaining() != expected) {
      throw new FrameFaultException(
          FaultReason.SIZE_MISMATCH,
          "frame %d: an RGB24 frame of %dx%d has %d bytes, found %d"
              .formatted(frame.getIndex(), width, height, expected, data.remaining()));
    }
    return new RgbFrame(height, width, data);
  }
}
