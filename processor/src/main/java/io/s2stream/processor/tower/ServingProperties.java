package io.s2stream.processor.tower;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;

import ai.djl.ndarray.types.DataType;

/**
 * Reads {@code serving.properties} and collects everything that is wrong with it. Not thread-safe.
 */
final class ServingProperties {
  private static final String OURS = "option.s2.";
  private static final Set<String> KNOWN =
      Set.of(
          "option.s2.inputSize",
          "option.s2.prefixTokens",
          "option.s2.imageMean",
          "option.s2.imageStd",
          "option.s2.dtype");

  private final Path file;
  private final Properties properties;
  private final List<String> problems = new ArrayList<>();

  ServingProperties(Path file, Properties properties) {
    this.file = file;
    this.properties = properties;
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(OURS) && !KNOWN.contains(key)) {
        refuse("unknown key " + key + ", known are " + KNOWN.stream().sorted().toList());
      }
    }
  }

  void requireEngine(String engine) {
    String given = text("engine", engine);
    if (!given.equals(engine)) {
      refuse("engine must be " + engine + ", not " + given);
    }
  }

  String text(String key, String absent) {
    return properties.getProperty(key, absent).strip();
  }

  /** A type that towers compute in; float32 when absent. */
  DataType dtype(String key) {
    String text = text(key, "float32");
    return switch (text) {
      case "float32" -> DataType.FLOAT32;
      case "float16" -> DataType.FLOAT16;
      case "bfloat16" -> DataType.BFLOAT16;
      default -> {
        refuse(key + " must be float32, float16 or bfloat16, not " + text);
        yield DataType.FLOAT32;
      }
    };
  }

  /** A whole number, 0 or more. */
  int number(String key, int absent) {
    String text = text(key, Integer.toString(absent));
    try {
      int value = Integer.parseInt(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a negative number.
    }
    refuse(key + " must be a whole number, 0 or more, not '" + text + "'");
    return absent;
  }

  /** Three numbers for red, green, blue. */
  List<Float> perChannel(String key, List<Float> absent) {
    String text = text(key, "");
    if (text.isEmpty()) {
      return absent;
    }
    try {
      var values = new ArrayList<Float>();
      for (String part : text.split(",", -1)) {
        values.add(Float.parseFloat(part.strip()));
      }
      if (values.size() == 3 && values.stream().allMatch(Float::isFinite)) {
        return values;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a wrong count.
    }
    refuse(
        key + " must be three numbers (red, green, blue) with commas between, not '" + text + "'");
    return absent;
  }

  void refuse(String problem) {
    problems.add(problem);
  }

  void throwIfRefused() throws TowerLoadException {
    if (!problems.isEmpty()) {
      throw new TowerLoadException("bad " + file + ": " + String.join("; ", problems));
    }
  }
}
