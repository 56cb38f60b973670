package io.s2stream.local.viewer;

import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

/** What a map of patches looks like in the page. */
final class PaintedMap {
  /** Of those that hardly differ, features of 8 bits don't tell which is the greater. */
  private static final double SURE = 0.05;

  private final double[] lightness;

  private PaintedMap(double[] lightness) {
    this.lightness = lightness;
  }

  /** Looks at the pixels of a canvas, one a patch. */
  static PaintedMap of(TestBrowser browser, String canvas) {
    Object lightness =
        browser.js(
            "const c = document.querySelector(arguments[0]);"
                + "const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                + "const all = [];"
                + "for (let i = 0; i < p.length; i += 4)"
                + "  all.push(0.2126 * p[i] + 0.7152 * p[i + 1] + 0.0722 * p[i + 2]);"
                + "return all.join(' ')",
            canvas);
    return new PaintedMap(
        Arrays.stream(lightness.toString().split(" ")).mapToDouble(Double::parseDouble).toArray());
  }

  /** How many pairs of patches are not painted the lighter, the greater their cosine is. */
  int disorder(double[] cosines) {
    assertThat(lightness).hasSameSizeAs(cosines);
    int wrong = 0;
    for (int i = 0; i < cosines.length; i++) {
      for (int j = 0; j < cosines.length; j++) {
        if (cosines[i] > cosines[j] + SURE && lightness[i] <= lightness[j]) {
          wrong++;
        }
      }
    }
    return wrong;
  }
}
