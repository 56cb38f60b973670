package io.s2stream.ingest.source;

import java.time.Duration;
import java.util.Map;

import io.s2stream.ingest.sample.Sampling;

/**
 * How a {@link VideoReader} turns a video into frames. Immutable; every {@code with…} method
 * returns a changed copy.
 *
 * @param size size of the frames
 * @param sampling which frames
 * @param pictures how they become RGB
 * @param decoding how they are decoded, and limits
 * @param live whether reaching the end means that the source was lost
 * @param stallTimeout how long opening, and then each frame, may take to come; zero waits for ever
 * @param libavOptions options for libavformat's demuxer and protocol, such as {@code
 *     rtsp_transport=tcp}; those that libav does not know are refused
 * @param firstIndex index of the first frame; above 0, it is marked as a discontinuity
 */
public record ReaderOptions(
    ImageSize size,
    Sampling sampling,
    PictureOptions pictures,
    DecoderOptions decoding,
    LiveMode live,
    Duration stallTimeout,
    Map<String, String> libavOptions,
    long firstIndex) {

  public ReaderOptions {
    libavOptions = Map.copyOf(libavOptions);
  }

  /** Returns options with every other setting at its default. */
  public static ReaderOptions of(ImageSize size, Sampling sampling) {
    return new ReaderOptions(
        size,
        sampling,
        PictureOptions.DEFAULT,
        DecoderOptions.DEFAULT,
        LiveMode.AUTO,
        Duration.ZERO,
        Map.of(),
        0);
  }

  /** Returns options for so many frames a second, with every other setting at its default. */
  public static ReaderOptions of(ImageSize size, double fps) {
    return of(size, Sampling.fps(fps));
  }

  public ReaderOptions withPictures(PictureOptions options) {
    return new ReaderOptions(
        size, sampling, options, decoding, live, stallTimeout, libavOptions, firstIndex);
  }

  public ReaderOptions withDecoding(DecoderOptions options) {
    return new ReaderOptions(
        size, sampling, pictures, options, live, stallTimeout, libavOptions, firstIndex);
  }

  public ReaderOptions withLive(LiveMode mode) {
    return new ReaderOptions(
        size, sampling, pictures, decoding, mode, stallTimeout, libavOptions, firstIndex);
  }

  public ReaderOptions withStallTimeout(Duration timeout) {
    return new ReaderOptions(
        size, sampling, pictures, decoding, live, timeout, libavOptions, firstIndex);
  }

  public ReaderOptions withLibavOptions(Map<String, String> options) {
    return new ReaderOptions(
        size, sampling, pictures, decoding, live, stallTimeout, options, firstIndex);
  }

  /** Returns a copy whose frames are numbered from here. */
  public ReaderOptions startingAt(long index) {
    return new ReaderOptions(
        size, sampling, pictures, decoding, live, stallTimeout, libavOptions, index);
  }
}
