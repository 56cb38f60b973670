package io.s2stream.viewer.figures;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** Asks services for their meters, over HTTP or in this process. Used by one thread. */
public final class ServiceMetrics {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_BYTES = 4 << 20;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final List<Supplier<@Nullable String>> sources = new ArrayList<>();

  /**
   * @param urls of {@code /metrics}
   * @param inProcess services of this process, each giving Prometheus' text format
   */
  public ServiceMetrics(List<String> urls, List<Supplier<String>> inProcess) {
    urls.forEach(url -> sources.add(() -> fetch(url)));
    inProcess.forEach(source -> sources.add(source::get));
  }

  /** All samples; those of services that don't answer are missing. */
  PrometheusText ask() {
    PrometheusText all = new PrometheusText();
    for (Supplier<@Nullable String> source : sources) {
      String text = source.get();
      if (text != null) {
        all.add(text);
      }
    }
    return all;
  }

  private @Nullable String fetch(String url) {
    try {
      HttpResponse<InputStream> response =
          http.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return response.statusCode() == 200
            ? new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)
            : null;
      }
    } catch (IOException | IllegalArgumentException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
