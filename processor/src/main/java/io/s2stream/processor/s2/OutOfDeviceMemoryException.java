package io.s2stream.processor.s2;

import java.util.List;
import java.util.Locale;

import ai.djl.engine.EngineException;

/**
 * A forward that can't work with the device's memory however few tiles the tower takes at once;
 * trying again helps only if somebody else gives memory back.
 */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Parts of libtorch's messages, which are all that tells its kinds of errors apart in Java: the
   * allocators of CUDA and of the CPU, the CUDA runtime, and the libraries that allocate by
   * themselves.
   */
  private static final List<String> EXHAUSTED =
      List.of(
          "cuda out of memory",
          "cuda error: out of memory",
          "cublas_status_alloc_failed",
          "cudnn_status_alloc_failed",
          "can't allocate memory",
          "not enough memory: you tried to allocate");

  public OutOfDeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether an error of libtorch says that the device's memory is too small. */
  public static boolean isReportedBy(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return EXHAUSTED.stream().anyMatch(message::contains);
  }
}
