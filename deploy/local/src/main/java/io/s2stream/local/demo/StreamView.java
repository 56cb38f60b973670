package io.s2stream.local.demo;

import io.s2stream.ingest.StreamStatus;
import io.s2stream.local.check.StreamCounts;

/**
 * One stream as the demo shows it.
 *
 * @param status what ingest says of it
 * @param counts what arrived at the far end
 * @param stopped whether ingest was told to stop, so that files need not have come to their end
 */
record StreamView(StreamStatus status, StreamCounts counts, boolean stopped) {

  /** Acknowledged frames whose features have not arrived yet. */
  long lag() {
    return Math.max(0, status.framesAcknowledged() - counts.accounted());
  }

  boolean isDone() {
    return switch (status.state()) {
      case STARTING, RUNNING -> false;
      case FINISHED, STOPPED, FAILED -> true;
    };
  }

  /** Whether everything that will ever come of a finished stream has come. */
  boolean isSettled() {
    boolean marked = status.state() == StreamStatus.State.FAILED || counts.endFrames() >= 0;
    return isDone() && (marked || !endsByItself()) && lag() == 0;
  }

  private boolean endsByItself() {
    return !status.live() && !stopped;
  }

  /** Sampled frames that are neither in the features nor in the dead letters. */
  long missing() {
    return Math.max(0, status.framesSampled() - counts.accounted());
  }

  /**
   * Whether every sampled frame is accounted for, in order and whole. Frames that waited in Kafka
   * when the demo was told to stop count as accounted for; a gap before later frames never does.
   *
   * @param repeatsAllowed under at-least-once a frame may come again
   */
  boolean isSound(boolean repeatsAllowed) {
    boolean orderly =
        counts.gaps() == 0
            && counts.faults().isEmpty()
            && (repeatsAllowed || (counts.duplicates() == 0 && counts.outOfOrder() == 0));
    boolean ended = !endsByItself() || counts.endFrames() == status.framesSampled();
    return status.state() != StreamStatus.State.FAILED
        && (missing() == 0 || stopped)
        && orderly
        && ended;
  }
}
