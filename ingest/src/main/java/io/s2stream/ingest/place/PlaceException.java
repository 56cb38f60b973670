package io.s2stream.ingest.place;

import org.jspecify.annotations.Nullable;

/** A stream's place can't be found or kept, or does not fit the source any more. */
public final class PlaceException extends Exception {

  private static final long serialVersionUID = 1L;

  PlaceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
