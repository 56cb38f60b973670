package io.s2stream.processor.extract;

import java.util.List;

/** Turns decoded frames into multiscale feature tensors in the wire format. */
public interface FeatureExtractor extends AutoCloseable {

  /** The tower that makes the features. Thread-safe. */
  TowerInfo tower();

  /**
   * Layout of the features of frames of this size, in pixels. Thread-safe.
   *
   * @throws FrameRejectedException when frames of this size can't be processed; the message says
   *     why
   */
  FeatureLayout layout(int height, int width) throws FrameRejectedException;

  /**
   * Layout of the features of frames of the size the tower is made for: limits of topics and
   * clients follow from it. Thread-safe.
   */
  FeatureLayout nominalLayout();

  /**
   * Computes the features of blocks of frames, which all have one size. Writes block i's {@code [N,
   * C]} tensor, little endian, for INT8 followed by the {@code [N]} float32 scales of its tokens,
   * into its buffer (heap or direct) and leaves that buffer's position where it was.
   *
   * <p>Only one thread at a time may call this. Buffers of frames and results belong to the caller
   * and are not kept.
   *
   * @param blocks at least one
   * @throws io.s2stream.processor.s2.OutOfDeviceMemoryException when these frames don't fit the
   *     device's memory, however few tiles at once; others may
   * @throws RuntimeException when the forward failed; no result buffer may be used then
   */
  void extract(List<FrameBlock> blocks);

  /** Frees the tower and all native memory. Must not run while {@link #extract} does. */
  @Override
  void close();
}
