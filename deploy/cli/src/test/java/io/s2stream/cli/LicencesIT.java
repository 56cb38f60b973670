package io.s2stream.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Reads the list of components that the build puts into the distribution (not with {@code
 * -Dquick}); {@code -Ddocs.update} writes docs/licences.md anew.
 */
class LicencesIT {
  private static final Path SBOM = Path.of("target/classes/META-INF/sbom/application.cdx.json");
  private static final Path PAGE = Path.of("../../docs/licences.md");

  /** One of them is enough, where a component leaves the choice. */
  private static final Set<String> ACCEPTED =
      Set.of("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0", "Go License");

  @Test
  void shouldTakeOnlyComponentsWithAnAcceptedLicenceAndListThem() throws Exception {
    assumeTrue(Files.exists(SBOM), "a quick build makes no list of components");
    JsonNode components = new ObjectMapper().readTree(SBOM.toFile()).path("components");
    TreeMap<String, List<String>> licences = new TreeMap<>();
    for (JsonNode component : components) {
      String group = component.path("group").asText();
      if (!group.equals("io.s2stream")) {
        licences.put(group + ":" + component.path("name").asText(), licences(component));
      }
    }

    assertThat(licences)
        .hasSizeGreaterThan(50)
        .allSatisfy((name, names) -> assertThat(names).containsAnyElementsOf(ACCEPTED));
    check(
        """
        # Licences

        What the distribution contains beside our own code, with the licences that each project's POM states. Generated from the
        list of components (CycloneDX) that the build puts into `cli-*.jar`; a test holds this page equal to it and refuses
        components without a licence of which one is accepted.

        The POMs speak of the Java code. Of the native libraries inside: FFmpeg is the LGPL build (dynamically linked), libtorch
        is under the BSD licence of PyTorch and holds parts of others, oneMKL among them.

        | component | licences |
        |---|---|
        """
            + licences.entrySet().stream()
                .map(e -> "| %s | %s |\n".formatted(e.getKey(), String.join(", ", e.getValue())))
                .collect(Collectors.joining()));
  }

  private static List<String> licences(JsonNode component) {
    return StreamSupport.stream(component.path("licenses").spliterator(), false)
        .map(
            entry ->
                entry.has("expression")
                    ? entry.path("expression").asText()
                    : entry.at("/license/id").asText(entry.at("/license/name").asText()))
        .toList();
  }

  private static void check(String expected) throws Exception {
    if (System.getProperty("docs.update") != null) {
      Files.writeString(PAGE, expected);
    }
    assertThat(PAGE).content().isEqualTo(expected);
  }
}
