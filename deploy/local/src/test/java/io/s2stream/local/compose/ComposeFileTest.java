package io.s2stream.local.compose;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.viewer.ViewerConfig;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

class ComposeFileTest {
  private static final Path FOLDER = Path.of("..").toAbsolutePath().normalize();

  private static Map<?, ?> map(Object parent, String key) {
    return (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) parent).get(key), key);
  }

  private static Map<?, ?> services() throws Exception {
    Map<?, ?> compose = new Yaml().load(Files.readString(FOLDER.resolve("compose.yaml")));
    return map(compose, "services");
  }

  @Test
  void shouldMountOnlyFilesThatAreThere() throws Exception {
    for (Object service : services().values()) {
      Object volumes = ((Map<?, ?>) service).get("volumes");
      if (volumes instanceof List<?> list) {
        for (Object volume : list) {
          String source = volume.toString().split(":", 2)[0];
          if (source.startsWith(".")) {
            assertThat(FOLDER.resolve(source)).exists();
          }
        }
      }
    }
    assertThat(services().keySet())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "broker-1",
            "broker-2",
            "broker-3",
            "registry",
            "ingest",
            "processor",
            "viewer",
            "prometheus",
            "grafana");
  }

  @Test
  void shouldConfigureServicesThatReachEachOther() throws Exception {
    IngestConfig ingest =
        ConfigParser.parse(
            FOLDER.resolve("docker/compose/ingest.yaml"), IngestConfig.class, Map.of());
    ProcessorConfig processor =
        ConfigParser.parse(
            FOLDER.resolve("docker/compose/process.yaml"), ProcessorConfig.class, Map.of());

    ViewerConfig viewer =
        ConfigParser.parse(
            FOLDER.resolve("docker/compose/viewer.yaml"),
            ViewerConfig.class,
            Map.of("S2_VIEWER_TOKEN", "local-viewer-token"));

    assertThat(viewer.kafka().consumer()).isEqualTo(processor.kafka().consumer());
    assertThat(viewer.web().port()).isEqualTo(8080);
    assertThat(viewer.http().port()).isEqualTo(9464);
    assertThat(ingest.kafka().producer()).isEqualTo(processor.kafka().producer());
    for (String server : ingest.kafka().bootstrapServers().split(",", -1)) {
      Map<?, ?> broker = map(services(), server.replace(":9092", ""));
      assertThat(map(broker, "environment").get("KAFKA_ADVERTISED_LISTENERS"))
          .isEqualTo("PLAINTEXT://" + server);
      assertThat(broker.get("volumes"))
          .asString()
          .contains(":" + map(broker, "environment").get("KAFKA_LOG_DIRS"));
    }
    // The image's health check and Prometheus ask this port.
    assertThat(ingest.http().port()).isEqualTo(9464);
    assertThat(processor.http().port()).isEqualTo(9464);
    assertThat(Files.readString(FOLDER.resolve("docker/compose/prometheus.yaml")))
        .contains("\"ingest:9464\"", "\"processor:9464\"");
  }

  @Test
  void shouldRunOurServicesWithoutAnyRight() throws Exception {
    for (String name : List.of("ingest", "processor", "viewer")) {
      Map<?, ?> service = map(services(), name);
      assertThat(service.get("read_only")).isEqualTo(true);
      assertThat(service.get("cap_drop")).isEqualTo(List.of("ALL"));
    }
  }
}
