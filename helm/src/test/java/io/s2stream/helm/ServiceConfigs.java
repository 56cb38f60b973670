package io.s2stream.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;

/** Loads rendered configuration with the services' own parser, as their pod would. */
final class ServiceConfigs {
  private static final Pattern FILE = Pattern.compile("\\$\\{file:([^}]+)}");

  private final Path root;

  /**
   * @param root an empty folder that stands for the pod's file system
   */
  ServiceConfigs(Path root) {
    this.root = root;
  }

  /**
   * Puts a file where the pod would have each one that the configuration refers to, and parses.
   *
   * @param pod its specification, which has to mount something at the folder of each file
   */
  <T extends Record> T parse(String config, Class<T> type, JsonNode pod)
      throws IOException, ConfigException {
    Matcher file = FILE.matcher(config);
    while (file.find()) {
      int slash = file.group(1).lastIndexOf('/');
      String folder = file.group(1).substring(0, slash);
      String name = file.group(1).substring(slash + 1);
      if (!mounts(pod, folder)) {
        throw new AssertionError("the pod has no volume mounted at " + folder);
      }
      Path inRoot = Files.createDirectories(root.resolve(folder.substring(1)));
      Files.writeString(inRoot.resolve(name), "content of " + name);
    }
    return ConfigParser.parse(
        config.replace("${file:/", "${file:" + root + "/"), "rendered", type, Map.of());
  }

  private static boolean mounts(JsonNode pod, String folder) {
    for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
      if (mount.path("mountPath").asText().equals(folder)) {
        return true;
      }
    }
    return false;
  }
}
