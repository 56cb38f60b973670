package io.s2stream.config;

import java.util.Collection;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** Names of keys and enum values in YAML, and which known name a misspelt one was meant to be. */
final class Names {

  private Names() {}

  /** {@code maxFrames} → {@code max-frames}, {@code s2Scales} → {@code s2-scales}. */
  static String ofComponent(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  /** {@code EXACTLY_ONCE} → {@code exactly-once}. */
  static String ofConstant(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The known name nearest to the given one, or null if none is near enough to be meant. */
  static @Nullable String nearest(String name, Collection<String> known) {
    String wanted = normal(name);
    int best = Math.max(1, Math.min(3, wanted.length() / 3)) + 1;
    String nearest = null;
    for (String candidate : known) {
      int distance = editDistance(wanted, normal(candidate));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static String normal(String name) {
    return ofComponent(name).replace('_', '-');
  }

  /** Levenshtein distance in which two swapped neighbours count as one edit. */
  private static int editDistance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
