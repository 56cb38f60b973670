package io.s2stream.processor.s2;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Height and width of an image, in pixels. */
public record ImageSize(int height, int width) {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})(?:x([1-9]\\d{0,5}))?");

  public static ImageSize square(int side) {
    return new ImageSize(side, side);
  }

  /**
   * Reads {@code 336} (square) or {@code 336x504} (height x width).
   *
   * @throws IllegalArgumentException for any other text, and for sides of 0
   */
  public static ImageSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size, expected pixels like 336 or 336x504 (height x width)");
    }
    int height = Integer.parseInt(matcher.group(1));
    String width = matcher.group(2);
    return new ImageSize(height, width == null ? height : Integer.parseInt(width));
  }

  boolean isSquare() {
    return height == width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
