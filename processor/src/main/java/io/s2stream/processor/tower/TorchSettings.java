package io.s2stream.processor.tower;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** Switches of DJL and libtorch that must be set before or on each use. */
public final class TorchSettings {

  private TorchSettings() {}

  /**
   * Loads libtorch and keeps DJL from reaching out to the network; before any other use of DJL. Set
   * properties win.
   */
  public static void initialize() {
    setDefault("ai.djl.offline", "true");
    Engine.getEngine("PyTorch");
  }

  /**
   * Sets how many CPU threads one tensor operation uses: of the calling thread, and of those that
   * call libtorch for the first time. See {@link CpuThreads}.
   *
   * @param threads 1 or more
   */
  static void setThreads(int threads) {
    initialize();
    // A thread's first use of libtorch sets what another thread set last: let that be over.
    int unused = JniUtils.getNumThreads();
    JniUtils.setNumThreads(threads);
  }

  /**
   * Turns off gradients and the graph optimizer for the calling thread. Both are thread-local in
   * libtorch and on in every new thread; the optimizer makes the first runs several times slower
   * and the others no faster. Cheap.
   */
  public static void prepareThread() {
    JniUtils.setGradMode(false);
    JniUtils.setGraphExecutorOptimize(false);
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
