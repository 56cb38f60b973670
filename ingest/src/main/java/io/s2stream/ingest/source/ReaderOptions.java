package io.s2stream.ingest.source;

import java.time.Duration;
import java.util.Map;

import io.s2stream.ingest.sample.Sampling;

/**
 * How a {@link VideoReader} turns a video into frames. Immutable; every {@code with…} method
 * returns a changed copy.
 *
 * @param size size of the frames; pictures are stretched to it, as the image processors of CLIP and
 *     SigLIP towers do
 * @param sampling which frames
 * @param untaggedColour matrix of videos that don't name theirs
 * @param live whether reaching the end means that the source was lost
 * @param decoderThreads threads of the decoder; with 1, output after damaged data is reproducible
 * @param stallTimeout how long opening, and then each frame, may take to come; zero waits for ever
 * @param libavOptions options for libavformat's demuxer and protocol, such as {@code
 *     rtsp_transport=tcp}; those that libav does not know are refused
 * @param firstIndex index of the first frame; above 0, it is marked as a discontinuity
 */
public record ReaderOptions(
    ImageSize size,
    Sampling sampling,
    UntaggedColour untaggedColour,
    LiveMode live,
    int decoderThreads,
    Duration stallTimeout,
    Map<String, String> libavOptions,
    long firstIndex) {

  public ReaderOptions {
    if (decoderThreads < 1) {
      throw new IllegalArgumentException(
          "decoder threads " + decoderThreads + ": expected at least 1");
    }
    libavOptions = Map.copyOf(libavOptions);
  }

  /** Returns options with every other setting at its default. */
  public static ReaderOptions of(ImageSize size, Sampling sampling) {
    return new ReaderOptions(
        size, sampling, UntaggedColour.AUTO, LiveMode.AUTO, 1, Duration.ZERO, Map.of(), 0);
  }

  /** Returns options for so many frames a second, with every other setting at its default. */
  public static ReaderOptions of(ImageSize size, double fps) {
    return of(size, Sampling.fps(fps));
  }

  public ReaderOptions withUntaggedColour(UntaggedColour policy) {
    return new ReaderOptions(
        size, sampling, policy, live, decoderThreads, stallTimeout, libavOptions, firstIndex);
  }

  public ReaderOptions withLive(LiveMode mode) {
    return new ReaderOptions(
        size,
        sampling,
        untaggedColour,
        mode,
        decoderThreads,
        stallTimeout,
        libavOptions,
        firstIndex);
  }

  public ReaderOptions withStallTimeout(Duration timeout) {
    return new ReaderOptions(
        size, sampling, untaggedColour, live, decoderThreads, timeout, libavOptions, firstIndex);
  }

  public ReaderOptions withLibavOptions(Map<String, String> options) {
    return new ReaderOptions(
        size, sampling, untaggedColour, live, decoderThreads, stallTimeout, options, firstIndex);
  }

  /** Returns a copy whose frames are numbered from here. */
  public ReaderOptions startingAt(long index) {
    return new ReaderOptions(
        size, sampling, untaggedColour, live, decoderThreads, stallTimeout, libavOptions, index);
  }
}
