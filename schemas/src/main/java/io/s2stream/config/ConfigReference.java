package io.s2stream.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Renders every setting of a configuration record as a Markdown table, for the documentation. */
public final class ConfigReference {

  private ConfigReference() {}

  /** The table with the columns path, type, default and meaning; ends with a line break. */
  public static String render(Class<? extends Record> type) {
    StringBuilder out =
        new StringBuilder("| setting | type | default | meaning |\n|---|---|---|---|\n");
    append(type, "", out);
    return out.toString();
  }

  private static void append(Class<?> type, String path, StringBuilder out) {
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = RecordReader.settingOf(component);
      String name = YamlMapping.join(path, Names.ofComponent(component.getName()));
      Type element = elementOf(component.getGenericType());
      boolean list = element != component.getGenericType();
      boolean section = element instanceof Class<?> c && c.isRecord() && c != ByteSize.class;
      if (!section || list || setting.optional()) {
        row(name, component, setting, out);
      }
      if (section) {
        append((Class<?>) element, name + (list ? "[]" : ""), out);
      }
    }
  }

  private static void row(
      String name, RecordComponent component, Setting setting, StringBuilder out) {
    List<String> cells =
        List.of(
            "`" + name + "`",
            typeName(component.getGenericType()),
            defaultText(setting),
            setting.value() + (setting.secret() ? " Masked when printed." : ""));
    out.append("| ");
    out.append(String.join(" | ", cells.stream().map(c -> c.replace("|", "\\|")).toList()));
    out.append(" |\n");
  }

  private static String defaultText(Setting setting) {
    if (!setting.defaultValue().isEmpty()) {
      return "`" + setting.defaultValue() + "`";
    }
    return setting.optional() ? "not set" : "**required**";
  }

  private static Type elementOf(Type type) {
    return type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type;
  }

  private static String typeName(Type type) {
    if (type instanceof ParameterizedType list) {
      return "list of " + typeName(list.getActualTypeArguments()[0]);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isEnum()) {
      return Arrays.stream(raw.getEnumConstants())
          .map(c -> "`" + Names.ofConstant((Enum<?>) c) + "`")
          .toList()
          .toString()
          .replaceAll("[\\[\\]]", "");
    }
    if (raw == KafkaSettings.class) {
      return "Kafka client properties";
    }
    if (raw == ByteSize.class) {
      return "size";
    }
    if (raw == Duration.class) {
      return "duration";
    }
    if (raw.isRecord()) {
      return "section";
    }
    return switch (raw.getSimpleName()) {
      case "int", "Integer", "long", "Long" -> "whole number";
      case "double", "Double" -> "number";
      case "boolean", "Boolean" -> "`true`, `false`";
      case "Path" -> "path";
      default -> "text";
    };
  }
}
