package io.s2stream.faults.frames;

/**
 * What became of the frames of a plan, as a subscriber sees it.
 *
 * @param frames that were sent
 * @param lost neither in a feature record nor in a dead letter
 * @param duplicated times that a frame came again
 * @param disordered frames that came while one before them had not yet
 * @param wrong frames with features that are not theirs, or that were never sent
 * @param deadLettered messages of the plan's streams in the dead-letter topic
 */
public record Recount(
    long frames, long lost, long duplicated, long disordered, long wrong, long deadLettered) {}
