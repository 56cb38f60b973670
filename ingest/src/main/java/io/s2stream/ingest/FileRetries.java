package io.s2stream.ingest;

import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceException.Reason;
import io.s2stream.ingest.source.SourceUri;

/**
 * Whether a file that could not be read on is opened again: if it is not local, what happened may
 * pass, and not too often without a new frame. Of one stream; not thread-safe.
 */
final class FileRetries {

  private final int most;
  private int inARow;
  private long reached;
  private boolean opened;
  private long bytes;
  private long micros;

  /**
   * @param most attempts in a row that bring no new frame; 0: none at all
   */
  FileRetries(int most) {
    this.most = most;
  }

  /**
   * Takes note of what was opened, if it is a file.
   *
   * @param live whether it has neither length nor size, and is taken for a live source
   * @param size in bytes, 0 if it is not known
   * @param declaredMicros length in microseconds, 0 if it is not known
   * @throws SourceException if it is not what it was: its frames would not be those that follow
   */
  void opened(SourceUri uri, boolean live, long size, long declaredMicros) throws SourceException {
    if (live && opened) {
      throw new SourceException(
          Reason.IO,
          "%s was a file, but now has neither a size nor a length, as a live source"
              .formatted(uri));
    }
    if (live) {
      return;
    }
    if (opened && isAnother(size, declaredMicros)) {
      throw new SourceException(
          Reason.DAMAGED,
          "%s has %d bytes and %.3f s, but had %d and %.3f when its first %d frames were read"
              .formatted(uri, size, declaredMicros / 1e6, bytes, micros / 1e6, reached));
    }
    opened = true;
    bytes = Math.max(bytes, size);
    micros = declaredMicros;
  }

  /** Lengths are guesses in some formats, by what a broken connection let through. */
  private boolean isAnother(long size, long declaredMicros) {
    return bytes > 0 && size > 0
        ? size != bytes
        : bytes == 0 && size == 0 && declaredMicros != micros;
  }

  /**
   * Returns if it is to be opened again, and counts that.
   *
   * @param frames how many were sampled in all
   * @throws SourceException the same, with the number of attempts, if not
   */
  void check(SourceUri uri, SourceException loss, long frames) throws SourceException {
    if (uri.localPath().isPresent() || !mayPass(loss.reason()) || most == 0) {
      throw loss;
    }
    if (frames > reached) {
      inARow = 0;
      reached = frames;
    }
    if (inARow == most) {
      throw loss.with(
          "; given up after %d attempts in a row without a new frame (file-retries)"
              .formatted(inARow));
    }
    inARow++;
  }

  private boolean mayPass(Reason reason) {
    return switch (reason) {
      case IO, STALLED -> true;
      // A connection that ends while it is opened can't be told from a file that is none.
      case NOT_MEDIA, NO_VIDEO -> opened;
      default -> false;
    };
  }
}
