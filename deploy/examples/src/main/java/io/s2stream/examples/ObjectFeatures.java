package io.s2stream.examples;

/**
 * What the features say of one detected object; as JSON in its topic, with the stream id as key.
 *
 * @param frameIndex of the frame it was joined with
 * @param frameCaptureTimeMicros of that frame
 * @param vector {@code [C]}: mean of the patches the box touches
 */
public record ObjectFeatures(
    Detection detection, long frameIndex, long frameCaptureTimeMicros, float[] vector) {}
