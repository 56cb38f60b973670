package io.s2stream.local.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.viewer.ViewerConfig;

/** The configurations of the demo's services: what a user would write, with all defaults. */
final class DemoConfigs {
  /** The plan: the image at the tower's input size and at twice that. */
  private static final List<Integer> SCALES = List.of(1, 2);

  private static final String APPLICATION_ID = "s2-demo";

  private DemoConfigs() {}

  static IngestConfig ingest(
      Map<String, String> kafka, Map<String, String> videos, double fps, int towerInputSize)
      throws ConfigException {
    List<Map<String, Object>> streams = new ArrayList<>();
    videos.forEach((id, uri) -> streams.add(Map.of("id", id, "uri", uri)));
    Map<String, Object> config =
        Map.of(
            "kafka",
            kafka,
            "image-size",
            List.of(towerInputSize * SCALES.get(1)),
            "sampling",
            Map.of("fps", fps),
            "streams",
            streams);
    return ConfigParser.parse(yaml(config), "the demo's ingest", IngestConfig.class, Map.of());
  }

  static ProcessorConfig processor(
      Map<String, String> kafka, Path modelDir, Guarantee guarantee, int partitions, Path stateDir)
      throws ConfigException {
    Map<String, Object> config =
        Map.of(
            "kafka",
            Map.of(
                "bootstrap.servers", kafka.get("bootstrap.servers"),
                "schema.registry.url", kafka.get("schema.registry.url"),
                "streams", Map.of("state.dir", stateDir.toString())),
            "application-id",
            APPLICATION_ID,
            "guarantee",
            guarantee.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            "topics",
            Map.of("partitions", partitions),
            "tower",
            Map.of("model-dir", modelDir.toString()),
            "s2",
            Map.of("scales", SCALES),
            "max-frames-per-record",
            1);
    return ConfigParser.parse(
        yaml(config), "the demo's processor", ProcessorConfig.class, Map.of());
  }

  /**
   * @param port of the page; 0: any free one
   */
  static ViewerConfig viewer(Map<String, String> kafka, int port) throws ConfigException {
    Map<String, Object> config =
        Map.of("kafka", kafka, "processor-group", APPLICATION_ID, "web", Map.of("port", port));
    return ConfigParser.parse(yaml(config), "the demo's viewer", ViewerConfig.class, Map.of());
  }

  /** JSON is YAML; a user's text must not be taken for a reference to a variable or file. */
  private static String yaml(Map<String, Object> config) {
    try {
      return new ObjectMapper().writeValueAsString(config).replace("${", "$${");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of plain values can always be written", e);
    }
  }
}
