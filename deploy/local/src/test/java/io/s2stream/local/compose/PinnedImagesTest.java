package io.s2stream.local.compose;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** Images of others are named by tag, for people, and by digest, which no one can change. */
class PinnedImagesTest {
  private static final Path FOLDER = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9.]+(/[a-z0-9._-]+)+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}");
  private static final Pattern ARGUMENT = Pattern.compile("ARG (\\w+)=(\\S+)");
  private static final Pattern STAGE = Pattern.compile("FROM (\\S+) AS (\\S+)");

  @Test
  void shouldBuildOnBasesWithADigest() throws Exception {
    List<String> dockerfile = Files.readAllLines(FOLDER.resolve("docker/Dockerfile"));
    List<String> arguments = new ArrayList<>();
    Set<String> stages = new HashSet<>();
    List<String> bases = new ArrayList<>();
    for (String line : dockerfile) {
      Matcher argument = ARGUMENT.matcher(line);
      if (argument.matches()) {
        arguments.add("${" + argument.group(1) + "}=" + argument.group(2));
      }
      if (line.startsWith("FROM ")) {
        Matcher stage = STAGE.matcher(line);
        assertThat(stage.matches()).as(line).isTrue();
        String from = stage.group(1);
        for (String given : arguments) {
          String[] nameAndValue = given.split("=", 2);
          from = from.replace(nameAndValue[0], nameAndValue[1]);
        }
        if (!stages.contains(from)) {
          bases.add(from);
        }
        stages.add(stage.group(2));
      }
    }

    assertThat(stages).contains("ingest", "processor", "processor-cuda", "viewer");
    assertThat(bases).isNotEmpty().allMatch(PINNED.asMatchPredicate());
  }

  @Test
  void shouldComposeImagesWithADigest() throws Exception {
    Map<?, ?> compose = new Yaml().load(Files.readString(FOLDER.resolve("compose.yaml")));
    List<String> images =
        ((Map<?, ?>) Objects.requireNonNull(compose.get("services")))
            .values().stream()
                .map(service -> String.valueOf(((Map<?, ?>) service).get("image")))
                .distinct()
                .toList();

    assertThat(images).filteredOn(image -> image.startsWith("s2-stream/")).hasSize(3);
    assertThat(images)
        .filteredOn(image -> !image.startsWith("s2-stream/"))
        .hasSize(4)
        .allMatch(PINNED.asMatchPredicate());
  }
}
