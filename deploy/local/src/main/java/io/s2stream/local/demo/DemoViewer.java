package io.s2stream.local.demo;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.config.ConfigException;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.viewer.ViewerApp;
import io.s2stream.viewer.ViewerConfig;
import org.jspecify.annotations.Nullable;

/** The demo's viewer, and the meters of the demo's services, which it shows. Used by one thread. */
final class DemoViewer implements AutoCloseable {
  private final PrometheusMeterRegistry ingest = registry();
  private final PrometheusMeterRegistry processor = registry();
  private @Nullable ViewerApp viewer;

  private static PrometheusMeterRegistry registry() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  PrometheusMeterRegistry ingestMeters() {
    return ingest;
  }

  PrometheusMeterRegistry processorMeters() {
    return processor;
  }

  /**
   * Starts the viewer on this port, or on any free one where it is taken.
   *
   * @return where its page is
   */
  String start(Map<String, String> kafka, int port) throws ConfigException {
    ViewerApp started;
    try {
      started = start(DemoConfigs.viewer(kafka, port));
    } catch (InvalidSettingException e) {
      started = start(DemoConfigs.viewer(kafka, 0));
    }
    viewer = started;
    return started.url();
  }

  private ViewerApp start(ViewerConfig config) {
    return ViewerApp.start(config, List.of(this::ofIngest, processor::scrape));
  }

  /** Both services show the meters of their process, which here is one. */
  private String ofIngest() {
    return ingest
        .scrape()
        .lines()
        .filter(line -> line.startsWith("s2_ingest_"))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    if (viewer != null) {
      viewer.close();
    }
  }
}
