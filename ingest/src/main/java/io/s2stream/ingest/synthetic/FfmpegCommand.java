package io.s2stream.ingest.synthetic;

import java.util.Optional;

import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/**
 * The ffmpeg program that comes with the natives, for tests and benchmarks. Unlike the libraries
 * that ingest uses, it needs some of the system's.
 */
public final class FfmpegCommand {

  /** What to say where there is no {@link #path}. */
  public static final String MISSING =
      "the ffmpeg command can't run: install Debian's libxcb1, libxcb-shm0, libpulse0 and"
          + " libasound2 (libasound2t64 from Debian 13 on)";

  private FfmpegCommand() {}

  /** Returns where it lies, or nothing if it would not run. */
  public static Optional<String> path() {
    try {
      return Optional.of(Loader.load(ffmpeg.class));
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }
}
