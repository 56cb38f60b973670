package io.s2stream.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads YAML strictly into configuration records whose components carry {@link Setting}.
 *
 * <p>Unknown and repeated keys, wrong types, missing values and values a record refuses are
 * problems; all of them are reported at once. Scalars may hold {@code ${env:NAME}}, {@code
 * ${env:NAME:-default}} and {@code ${file:/path}} (UTF-8, without one trailing line break); {@code
 * $$} before a brace stands for one dollar sign. Stateless and thread-safe.
 */
public final class ConfigParser {

  private ConfigParser() {}

  /**
   * Reads a configuration file.
   *
   * @param env the variables that {@code ${env:…}} refers to, usually {@link System#getenv()}
   * @throws ConfigException if the file can't be read or anything in it is wrong
   */
  public static <T extends Record> T parse(Path file, Class<T> type, Map<String, String> env)
      throws ConfigException {
    return parse(content(file), file.toString(), type, env);
  }

  /**
   * Reads a configuration text.
   *
   * @param sourceName what to call the text in messages
   * @param env the variables that {@code ${env:…}} refers to
   * @throws ConfigException if anything in the text is wrong
   */
  public static <T extends Record> T parse(
      String yaml, String sourceName, Class<T> type, Map<String, String> env)
      throws ConfigException {
    Findings findings = new Findings();
    T config = null;
    Node root = compose(yaml, sourceName);
    if (root instanceof MappingNode mapping) {
      config =
          new RecordReader(new Substitution(env), findings)
              .read(type, YamlMapping.of(mapping, "", findings), "");
    } else if (root == null || YamlMapping.isNull(root)) {
      throw failure(sourceName, "the file is empty; expected YAML with the settings");
    } else {
      throw failure(sourceName, "the file is not a YAML mapping; expected lines of 'key: value'");
    }
    if (config == null || !findings.isEmpty()) {
      throw new ConfigException(sourceName, findings.problems());
    }
    return config;
  }

  private static @Nullable Node compose(String yaml, String sourceName) throws ConfigException {
    try {
      return new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
    } catch (MarkedYAMLException e) {
      String where =
          e.getProblemMark() == null
              ? ""
              : "line "
                  + (e.getProblemMark().getLine() + 1)
                  + ", column "
                  + (e.getProblemMark().getColumn() + 1)
                  + ": ";
      throw failure(sourceName, where + "not valid YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw failure(sourceName, "not valid YAML: " + e.getMessage());
    }
  }

  private static String content(Path file) throws ConfigException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw failure(file.toString(), "the file does not exist");
    } catch (CharacterCodingException e) {
      throw failure(file.toString(), "the file is not UTF-8 text");
    } catch (IOException e) {
      String reason = Files.isDirectory(file) ? "it is a directory" : e.toString();
      throw failure(file.toString(), "the file can't be read: " + reason);
    }
  }

  private static ConfigException failure(String sourceName, String message) {
    return new ConfigException(sourceName, List.of(new Problem("", message)));
  }
}
