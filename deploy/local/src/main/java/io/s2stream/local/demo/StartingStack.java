package io.s2stream.local.demo;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import io.s2stream.local.LocalStack;

/** A local stack that starts in the background; closing it waits for the start, then stops it. */
final class StartingStack implements AutoCloseable {
  private final FutureTask<LocalStack> start;

  private StartingStack(Map<String, String> brokerOverrides) {
    this.start = new FutureTask<>(() -> LocalStack.start(brokerOverrides));
  }

  static StartingStack begin(Map<String, String> brokerOverrides) {
    StartingStack stack = new StartingStack(brokerOverrides);
    new Thread(stack.start, "stack-start").start();
    return stack;
  }

  /**
   * Waits for the stack, which stays ours to close.
   *
   * @throws IOException if it did not start
   */
  LocalStack await() throws IOException, InterruptedException {
    try {
      return start.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException reason
          ? reason
          : new IOException("broker and registry did not start: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    try {
      await().close();
    } catch (IOException e) {
      return; // It did not start, which await() has told or will tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
