package io.s2stream.ingest.source;

/**
 * One sampled frame.
 *
 * @param index position among the stream's sampled frames, without gaps
 * @param ptsMicros the decoded frame's own presentation time, relative to the start of its stream
 * @param captureTimeMicros wall clock at its capture where the source tells it, else when it was
 *     decoded; microseconds since 1970-01-01 UTC
 * @param discontinuity whether frames were lost or the source was reopened just before it
 * @param size height and width
 * @param rgb packed 8-bit R, G, B, full range, row by row, no padding; owned by the receiver, which
 *     may give it back to {@link VideoReader#reuse}
 */
@SuppressWarnings(
    "ArrayRecordComponent") // Compared by no one; a defensive copy would cost a frame.
public record VideoFrame(
    long index,
    long ptsMicros,
    long captureTimeMicros,
    boolean discontinuity,
    ImageSize size,
    byte[] rgb) {}
