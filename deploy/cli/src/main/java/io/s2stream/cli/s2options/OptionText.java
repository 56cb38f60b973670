package io.s2stream.cli.s2options;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.s2stream.cli.refusal.Problems;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.s2.Grid;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.Preset;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of options. What can't be read is noted, and something harmless returned, so that
 * the options after it are read as well.
 */
public final class OptionText {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(?:[xX](\\d{1,9}))?");

  private final Problems problems;

  public OptionText(Problems problems) {
    this.problems = problems;
  }

  /** Numbers with commas between; none for a blank text. */
  public List<Double> numbers(String option, String text) {
    List<Double> numbers = new ArrayList<>();
    for (String part : parts(text)) {
      try {
        numbers.add(Double.parseDouble(part));
      } catch (NumberFormatException e) {
        return refuse(option, text, "expected numbers with commas between, such as 1,2 or 0.5,1");
      }
    }
    return numbers;
  }

  /** Sizes in pixels, {@code 336} or {@code 336x504} (height x width), with commas between. */
  public List<ImageSize> sizes(String option, String text) {
    List<ImageSize> sizes = new ArrayList<>();
    for (String part : parts(text)) {
      Matcher size = SIZE.matcher(part);
      if (!size.matches()) {
        return refuse(
            option,
            text,
            "expected sizes in pixels with commas between, such as 336,672 or"
                + " 336x504,672x1008 (height x width)");
      }
      int height = Integer.parseInt(size.group(1));
      sizes.add(
          new ImageSize(height, size.group(2) == null ? height : Integer.parseInt(size.group(2))));
    }
    return sizes;
  }

  /** Grids of tiles, {@code 3x4} (height x width) or {@code none}, with commas between. */
  public List<@Nullable Grid> blockSizes(String option, String text) {
    List<@Nullable Grid> grids = new ArrayList<>();
    for (String part : parts(text)) {
      Matcher size = SIZE.matcher(part);
      if (part.equalsIgnoreCase("none")) {
        grids.add(null);
      } else if (size.matches() && size.group(2) != null) {
        grids.add(new Grid(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
      } else {
        return refuse(
            option,
            text,
            "expected grids (height x width) or none with commas between, such as 3x4,none");
      }
    }
    return grids;
  }

  /** Whole numbers with commas between. */
  public List<Integer> wholeNumbers(String option, String text) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : parts(text)) {
      try {
        numbers.add(Integer.parseInt(part));
      } catch (NumberFormatException e) {
        return refuse(option, text, "expected whole numbers with commas between");
      }
    }
    return numbers;
  }

  /** A whole number of at least {@code min}. */
  public int wholeNumber(String option, String text, int min) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= min) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number that is too small.
    }
    String least = min == Integer.MIN_VALUE ? "" : " of " + min + " or more";
    problems.add(option + " is '" + text + "': expected a whole number" + least);
    return Math.max(min, 0);
  }

  /** {@code T,H,W}: how many frames, rows and columns become one. */
  public PoolConfig pool(String option, String text) {
    List<Integer> sizes = wholeNumbers(option, text);
    if (sizes.size() == 3 && sizes.stream().allMatch(size -> size >= 1)) {
      return new PoolConfig(sizes.get(0), sizes.get(1), sizes.get(2));
    }
    problems.add(
        option + " is '" + text + "': expected frames, rows and columns, each 1 or more: 8,2,2");
    return PoolConfig.NONE;
  }

  /** One of the constants, in any case. */
  public <E extends Enum<E>> E choice(String option, String text, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().replace('_', '-').equalsIgnoreCase(text.strip())) {
        return constant;
      }
    }
    List<String> known =
        Arrays.stream(type.getEnumConstants())
            .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    problems.add(option + " is '" + text + "': expected one of " + String.join(", ", known));
    return type.getEnumConstants()[0];
  }

  /** The preset of that name. */
  Optional<Preset> preset(String option, String name) {
    Optional<Preset> preset = Preset.of(name);
    if (preset.isEmpty()) {
      problems.add(
          option + " is '" + name + "': expected one of " + String.join(", ", Preset.ids()));
    }
    return preset;
  }

  private <T> List<T> refuse(String option, String text, String expected) {
    problems.add(option + " is '" + text + "': " + expected);
    return List.of();
  }

  static List<String> parts(String text) {
    return text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }
}
