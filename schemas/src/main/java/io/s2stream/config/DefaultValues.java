package io.s2stream.config;

import java.io.StringReader;
import java.lang.reflect.RecordComponent;
import java.util.Map;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the defaults that {@link Setting#defaultValue} writes in YAML syntax. */
final class DefaultValues {

  private DefaultValues() {}

  /**
   * @throws IllegalStateException if the default itself is wrong: a mistake in the program
   */
  static Object read(RecordComponent component, Setting setting) {
    Findings findings = new Findings();
    Node node = new Yaml(new LoaderOptions()).compose(new StringReader(setting.defaultValue()));
    Object value =
        new RecordReader(new Substitution(Map.of()), findings)
            .value(component.getGenericType(), node, component.getName());
    if (value == null) {
      throw new IllegalStateException(
          "the default of "
              + component.getDeclaringRecord().getName()
              + " is wrong: "
              + findings.problems());
    }
    return value;
  }
}
