package io.s2stream.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns the text of a YAML scalar into a value of a leaf type. */
final class ScalarReader {
  private static final Set<Class<?>> TYPES =
      Set.of(
          String.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          boolean.class,
          Boolean.class,
          Duration.class,
          ByteSize.class,
          Path.class);
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?");

  private ScalarReader() {}

  static boolean reads(Class<?> type) {
    return TYPES.contains(type) || type.isEnum();
  }

  /** What a value of the type looks like, for messages and the reference. */
  static String describe(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + String.join(", ", constants(type));
    } else if (type == String.class) {
      return "text";
    } else if (type == int.class || type == Integer.class) {
      return "a whole number";
    } else if (type == long.class || type == Long.class) {
      return "a whole number";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == Duration.class) {
      return DurationText.FORMS;
    } else if (type == ByteSize.class) {
      return ByteSize.FORMS;
    }
    return "a path";
  }

  /**
   * @throws IllegalArgumentException if the text is no value of the type; says what is expected
   */
  static Object read(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == int.class || type == Integer.class) {
      return (int) wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      return wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == double.class || type == Double.class) {
      return number(text);
    } else if (type == boolean.class || type == Boolean.class) {
      return trueOrFalse(text);
    } else if (type == Duration.class) {
      return DurationText.parse(text);
    } else if (type == ByteSize.class) {
      return ByteSize.parse(text);
    } else if (type == Path.class) {
      return path(text);
    }
    return constant(type, text);
  }

  private static long wholeNumber(String text, long min, long max) {
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
    }
    throw new IllegalArgumentException("'" + text + "' is not between " + min + " and " + max);
  }

  private static double number(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a number");
    }
    return Double.parseDouble(text);
  }

  private static boolean trueOrFalse(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty text is not a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is not a path: " + e.getReason(), e);
    }
  }

  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (Names.ofConstant((Enum<?>) constant).equals(text)) {
        return constant;
      }
    }
    List<String> known = constants(type);
    String nearest = Names.nearest(text, known);
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not one of "
            + String.join(", ", known)
            + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
  }

  private static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(c -> Names.ofConstant((Enum<?>) c)).toList();
  }
}
