package io.s2stream.config;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Prints the configuration a program really runs with: defaults filled in, secrets masked. */
public final class EffectiveConfig {
  private static final Pattern PLAIN =
      Pattern.compile("(?!null$)[\\w./*]([\\w./+$()=*@,-]|:(?=\\S)|[ ](?=[\\w(]))*");

  private EffectiveConfig() {}

  /**
   * Renders a configuration as YAML-like text, one setting a line. Secret settings and credentials
   * in URLs read {@code ***}, absent optional ones are commented out.
   */
  public static String render(Record config) {
    StringBuilder out = new StringBuilder();
    append(config, "", out);
    return out.toString();
  }

  private static void append(Record config, String indent, StringBuilder out) {
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      Setting setting = RecordReader.settingOf(component);
      String key = indent + Names.ofComponent(component.getName()) + ":";
      Object value = valueOf(component, config);
      if (value == null) {
        out.append(indent).append("# ").append(key.substring(indent.length())).append(" not set\n");
      } else if (setting.secret()) {
        out.append(key).append(' ').append(SecretMasking.MASK).append('\n');
      } else if (!setting.shownNames().isEmpty() && value instanceof List<?> pairs) {
        append(key, masked(pairs, setting.shownNames()), indent, out);
      } else {
        append(key, value, indent, out);
      }
    }
  }

  private static List<String> masked(List<?> pairs, String shownNames) {
    return pairs.stream().map(p -> SecretMasking.maskPair(p.toString(), shownNames)).toList();
  }

  private static void append(String key, Object value, String indent, StringBuilder out) {
    if (value instanceof KafkaSettings kafka) {
      out.append(key).append('\n');
      for (Map.Entry<String, String> entry : kafka.masked().entrySet()) {
        out.append(indent).append("  ").append(entry.getKey()).append(": ");
        out.append(quoted(entry.getValue())).append('\n');
      }
    } else if (isSection(value)) {
      out.append(key).append('\n');
      append((Record) value, indent + "  ", out);
    } else if (value instanceof List<?> list && !list.isEmpty() && isSection(list.get(0))) {
      out.append(key).append('\n');
      for (Object item : list) {
        StringBuilder section = new StringBuilder();
        append((Record) item, indent + "    ", section);
        out.append(indent).append("  - ").append(section.substring(indent.length() + 4));
      }
    } else {
      out.append(key).append(' ').append(leaf(value)).append('\n');
    }
  }

  private static boolean isSection(@Nullable Object value) {
    return value instanceof Record && !(value instanceof ByteSize);
  }

  private static String leaf(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(EffectiveConfig::element).toList().toString();
    }
    if (value instanceof Duration duration) {
      return DurationText.render(duration);
    }
    if (value instanceof Enum<?> constant) {
      return Names.ofConstant(constant);
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof ByteSize) {
      return value.toString();
    }
    return quoted(SecretMasking.maskUrl(value.toString()));
  }

  private static String element(Object value) {
    String text = leaf(value);
    return text.startsWith("\"") || !text.contains(",") || value instanceof List<?>
        ? text
        : "\"" + text + "\"";
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches()
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private static @Nullable Object valueOf(RecordComponent component, Record config) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(config);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't read " + component, e);
    }
  }
}
