package io.s2stream.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Builds a configuration record from YAML nodes, going on after each problem so that all are found
 * in one pass. A null result means: not buildable, and at least one problem was noted.
 */
final class RecordReader {
  private final Substitution substitution;
  private final Findings findings;

  RecordReader(Substitution substitution, Findings findings) {
    this.substitution = substitution;
    this.findings = findings;
  }

  <T extends Record> @Nullable T read(Class<T> type, YamlMapping mapping, String path) {
    RecordComponent[] components = type.getRecordComponents();
    reportUnknownKeys(components, mapping, path);
    @Nullable Object[] values = new @Nullable Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      Setting setting = settingOf(components[i]);
      String key = Names.ofComponent(components[i].getName());
      Node node = mapping.value(key);
      if (node == null) {
        if (setting.optional()) {
          continue;
        }
        values[i] = absent(components[i], setting, mapping.node(), YamlMapping.join(path, key));
      } else if (YamlMapping.isNull(node) && setting.optional()) {
        continue;
      } else {
        values[i] = value(components[i].getGenericType(), node, YamlMapping.join(path, key));
      }
      complete &= values[i] != null;
    }
    return complete ? construct(type, values, mapping, path) : null;
  }

  private void reportUnknownKeys(RecordComponent[] components, YamlMapping mapping, String path) {
    List<String> known =
        Arrays.stream(components).map(c -> Names.ofComponent(c.getName())).toList();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                String nearest = Names.nearest(key, known);
                findings.add(
                    entry.key(),
                    YamlMapping.join(path, key),
                    "unknown key; "
                        + (nearest == null
                            ? "known here: " + String.join(", ", known)
                            : "did you mean '" + nearest + "'?"));
              }
            });
  }

  private @Nullable Object absent(
      RecordComponent component, Setting setting, Node parent, String path) {
    Class<?> type = component.getType();
    if (!setting.defaultValue().isEmpty()) {
      return DefaultValues.read(component, setting);
    }
    if (type.isRecord() || type == KafkaSettings.class) {
      MappingNode empty =
          new MappingNode(
              Tag.MAP,
              true,
              List.of(),
              parent.getStartMark(),
              parent.getEndMark(),
              DumperOptions.FlowStyle.BLOCK);
      return value(type, empty, path);
    }
    findings.add(
        parent,
        path,
        "missing; expected " + describe(component.getGenericType()) + ": " + setting.value());
    return null;
  }

  private static String describe(Type type) {
    return type instanceof Class<?> leaf && ScalarReader.reads(leaf)
        ? ScalarReader.describe(leaf)
        : "a list";
  }

  @Nullable Object value(Type type, Node node, String path) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return list(list.getActualTypeArguments()[0], node, path);
    }
    Class<?> raw = (Class<?>) type;
    if (raw == KafkaSettings.class) {
      return kafka(node, path);
    }
    if (raw.isRecord() && raw != ByteSize.class) {
      YamlMapping mapping = mapping(node, path);
      return mapping == null ? null : read(raw.asSubclass(Record.class), mapping, path);
    }
    if (!ScalarReader.reads(raw)) {
      throw new IllegalStateException("no setting can be of type " + type + ", at " + path);
    }
    return scalar(raw, node, path);
  }

  private @Nullable YamlMapping mapping(Node node, String path) {
    if (node instanceof MappingNode mapping) {
      return YamlMapping.of(mapping, path, findings);
    }
    if (YamlMapping.isNull(node)) {
      return new YamlMapping(node, Map.of());
    }
    findings.add(node, path, "expected a section of keys, found " + kind(node));
    return null;
  }

  private @Nullable Object list(Type element, Node node, String path) {
    if (!(node instanceof SequenceNode sequence)) {
      findings.add(node, path, "expected a list, found " + kind(node));
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      Object value = value(element, sequence.getValue().get(i), path + "[" + i + "]");
      if (value != null) {
        values.add(value);
      }
    }
    return values.size() == sequence.getValue().size()
        ? Collections.unmodifiableList(values)
        : null;
  }

  private @Nullable Object scalar(Class<?> type, Node node, String path) {
    if (!(node instanceof ScalarNode scalar)) {
      findings.add(node, path, "expected " + ScalarReader.describe(type) + ", found " + kind(node));
      return null;
    }
    if (YamlMapping.isNull(node)) {
      findings.add(node, path, "has no value; expected " + ScalarReader.describe(type));
      return null;
    }
    try {
      return ScalarReader.read(type, substitution.apply(scalar.getValue()));
    } catch (IllegalArgumentException e) {
      findings.add(node, path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable Object kafka(Node node, String path) {
    YamlMapping mapping = mapping(node, path);
    if (mapping == null) {
      return null;
    }
    Map<String, Object> values = new KafkaSectionReader(substitution, findings).read(mapping, path);
    if (values == null) {
      return null;
    }
    try {
      return KafkaSettings.of(values);
    } catch (InvalidSettingException e) {
      report(e.problems(), mapping, path);
      return null;
    }
  }

  private <T extends Record> @Nullable T construct(
      Class<T> type, @Nullable Object[] values, YamlMapping mapping, String path) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidSettingException refused) {
        report(refused.problems(), mapping, path);
        return null;
      }
      if (e.getCause() instanceof IllegalArgumentException refused) {
        findings.add(mapping.node(), path, String.valueOf(refused.getMessage()));
        return null;
      }
      throw new IllegalStateException("the constructor of " + type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " can't be built", e);
    }
  }

  private void report(List<Problem> problems, YamlMapping mapping, String path) {
    for (Problem problem : problems) {
      String first = problem.path().split("[.\\[]", 2)[0];
      YamlMapping.Entry entry =
          mapping.entries().getOrDefault(problem.path(), mapping.entries().get(first));
      findings.add(
          entry == null ? mapping.node() : entry.key(),
          YamlMapping.join(path, problem.path()),
          problem.message());
    }
  }

  static Setting settingOf(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          component.getDeclaringRecord() + "." + component.getName() + " has no @Setting");
    }
    return setting;
  }

  private static String kind(Node node) {
    if (node instanceof MappingNode) {
      return "a section of keys";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    // Never its text: one secret option where a list of them is expected, say.
    return YamlMapping.isNull(node) ? "nothing" : "a single value";
  }
}
