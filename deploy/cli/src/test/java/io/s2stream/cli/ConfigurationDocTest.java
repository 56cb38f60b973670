package io.s2stream.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import io.s2stream.config.ConfigReference;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.processor.ProcessorConfig;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds docs/configuration.md equal to the code; {@code -Ddocs.update} writes it anew. */
class ConfigurationDocTest {
  private static final Path DOC = Path.of("../../docs/configuration.md");

  private static String expected() {
    return """
    # Configuration

    Each service reads one YAML file (`s2 ingest --config FILE`, `s2 process --config FILE`). Unknown
    keys, wrong types and missing settings are refused, all at once, with their line. The table rows
    come from the code.

    - A value may hold `${env:NAME}`, `${env:NAME:-default}` or `${file:/path}`; `$${` is a plain `${`.
    - Durations: a whole number with `us`, `ms`, `s`, `m`, `h` or `d`. Sizes: with `B`, `KiB`, `MiB`,
      `GiB` (of 1024) or `kB`, `MB`, `GB` (of 1000).
    - `kafka` takes any property of Kafka's clients, and the registry's (`schema.registry.url`,
      `basic.auth.*`). What stands under `producer`, `consumer`, `admin` or `streams` there holds for
      that client alone.
    - The effective configuration is printed at start, with secrets masked.

    ## Ingest

    """
        + ConfigReference.render(IngestConfig.class)
        + "\n## Processor\n\n"
        + ConfigReference.render(ProcessorConfig.class);
  }

  @Test
  void shouldDescribeEverySetting() throws Exception {
    if (System.getProperty("docs.update") != null) {
      Files.createDirectories(DOC.getParent());
      Files.writeString(DOC, expected());
    }

    assertThat(DOC)
        .as(
            "generated; renew it: mvn -pl deploy/cli test -Dtest=ConfigurationDocTest -Ddocs.update")
        .content()
        .isEqualTo(expected());
  }
}
