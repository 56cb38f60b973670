package io.s2stream.examples;

/**
 * A box that some detector found in a frame; as JSON in its topic, with the stream id as key.
 *
 * @param captureTimeMicros of the frame, as in the feature record
 * @param label what was found
 * @param left edge of the box, 0..1 of the frame's width
 * @param top edge of the box, 0..1 of the frame's height
 * @param right edge, more than {@code left}
 * @param bottom edge, more than {@code top}
 */
public record Detection(
    long captureTimeMicros, String label, double left, double top, double right, double bottom) {

  public Detection {
    if (!(0 <= left && left < right && right <= 1 && 0 <= top && top < bottom && bottom <= 1)) {
      throw new IllegalArgumentException(
          "box %s,%s..%s,%s: expected 0 <= left < right <= 1 and 0 <= top < bottom <= 1"
              .formatted(left, top, right, bottom));
    }
  }
}
