package io.s2stream.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Describes a configuration record as a JSON schema, for programs that write configurations. It
 * holds names, types and choices; what a record refuses beyond that only {@link ConfigParser}
 * knows. A scalar may hold a reference such as {@code ${env:NAME}} in place of its value.
 */
public final class ConfigSchema {
  private static final String REFERENCE = "\\$\\{(env|file):";

  private ConfigSchema() {}

  /**
   * The schema as nested maps and lists. Settings outside of lists are all optional in it, as the
   * program may add what is required.
   */
  public static Map<String, Object> of(Class<? extends Record> type) {
    return section(type, false);
  }

  private static Map<String, Object> section(Class<?> type, boolean complete) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = RecordReader.settingOf(component);
      String name = Names.ofComponent(component.getName());
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("description", setting.value());
      schema.putAll(ofType(component.getGenericType()));
      properties.put(name, schema);
      if (!setting.optional() && setting.defaultValue().isEmpty()) {
        required.add(name);
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    schema.put("properties", properties);
    if (complete && !required.isEmpty()) {
      schema.put("required", required);
    }
    return schema;
  }

  private static Map<String, Object> ofType(Type type) {
    if (type instanceof ParameterizedType list) {
      Type element = list.getActualTypeArguments()[0];
      return Map.of("type", "array", "items", element(element));
    }
    Class<?> raw = (Class<?>) type;
    if (raw == KafkaSettings.class) {
      return Map.of("type", "object");
    }
    return raw.isRecord() && raw != ByteSize.class ? section(raw, false) : scalar(raw);
  }

  private static Map<String, Object> element(Type type) {
    return type instanceof Class<?> raw && raw.isRecord() && raw != ByteSize.class
        ? section(raw, true)
        : ofType(type);
  }

  private static Map<String, Object> scalar(Class<?> type) {
    if (type.isEnum()) {
      return orReference(Map.of("enum", choices(type)));
    } else if (type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class) {
      return orReference(Map.of("type", "integer"));
    } else if (type == double.class || type == Double.class) {
      return orReference(Map.of("type", "number"));
    } else if (type == boolean.class || type == Boolean.class) {
      return orReference(Map.of("type", "boolean"));
    } else if (type == Duration.class || type == ByteSize.class) {
      return orReference(Map.of("type", "string", "pattern", "^\\d+ ?[A-Za-z]+$"));
    }
    return Map.of("type", List.of("string", "number", "boolean"));
  }

  /** A choice named true or false may be written without quotes, which makes it a boolean. */
  private static List<Object> choices(Class<?> type) {
    List<Object> choices = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = Names.ofConstant((Enum<?>) constant);
      choices.add(name);
      if (name.equals("true") || name.equals("false")) {
        choices.add(Boolean.valueOf(name));
      }
    }
    return choices;
  }

  private static Map<String, Object> orReference(Map<String, Object> schema) {
    return Map.of("anyOf", List.of(schema, Map.of("type", "string", "pattern", REFERENCE)));
  }
}
