package io.s2stream.local.check;

import java.time.Duration;
import java.util.List;

/**
 * What has arrived of one stream, at one moment.
 *
 * @param records feature records with features
 * @param frames distinct frames in them, and those that were left out as too late
 * @param deadLetters distinct frames in the dead-letter topic
 * @param duplicates frames that came again
 * @param outOfOrder frames that came after a later one
 * @param gaps frames that were skipped and are in no dead letter either
 * @param shape the latest record's [B, N, C]; empty if there was none
 * @param dtype the latest record's element type, lower case; empty if there was none
 * @param medianLatency of the latest records, from capture (files: decoding) to arrival here
 * @param maxLatency of all records
 * @param endFrames the number of frames that the end-of-stream mark tells; -1 before it came
 * @param faults what was wrong with records, the first few
 */
public record StreamCounts(
    long records,
    long frames,
    long deadLetters,
    long duplicates,
    long outOfOrder,
    long gaps,
    List<Integer> shape,
    String dtype,
    Duration medianLatency,
    Duration maxLatency,
    long endFrames,
    List<String> faults) {

  /** Nothing has arrived. */
  public static final StreamCounts NONE = new StreamCheck("").counts();

  /** Frames of which it is known what became of them. */
  public long accounted() {
    return frames + deadLetters;
  }
}
