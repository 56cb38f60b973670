package io.s2stream.viewer.figures;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks services for their meters, over HTTP or in this process. A name that stands for several
 * addresses, as that of a headless Service of Kubernetes, is asked at each. Used by one thread.
 */
public final class ServiceMetrics {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_BYTES = 4 << 20;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final List<URI> urls;
  private final List<Supplier<String>> inProcess;
  private final Map<URI, List<URI>> instances = new ConcurrentHashMap<>();
  private CompletableFuture<?> looking = CompletableFuture.completedFuture(null);

  /**
   * @param urls of {@code /metrics}
   * @param inProcess services of this process, each giving Prometheus' text format
   * @throws IllegalArgumentException if a URL is none
   */
  public ServiceMetrics(List<String> urls, List<Supplier<String>> inProcess) {
    this.urls = urls.stream().map(URI::create).toList();
    this.inProcess = List.copyOf(inProcess);
  }

  /** On a thread of its own, as it takes long where no name server answers. */
  private static void apart(Runnable task) {
    Thread thread = new Thread(task, "s2-viewer-lookup");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * All samples; those of services that don't answer, or not to the end, within a second are
   * missing. All are asked at the same time.
   */
  PrometheusText ask() throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    Map<URI, CompletableFuture<HttpResponse<String>>> answers = new LinkedHashMap<>();
    for (URI url : urls) {
      for (URI instance : instances.getOrDefault(url, List.of(url))) {
        answers.put(instance, http.sendAsync(HttpRequest.newBuilder(instance).build(), bounded()));
      }
    }
    if (looking.isDone()) { // by the next time
      looking = CompletableFuture.runAsync(this::lookUp, ServiceMetrics::apart);
    }
    PrometheusText all = new PrometheusText();
    for (int i = 0; i < inProcess.size(); i++) {
      all.add("in process " + i, inProcess.get(i).get());
    }
    for (Map.Entry<URI, CompletableFuture<HttpResponse<String>>> answer : answers.entrySet()) {
      try {
        HttpResponse<String> response =
            answer.getValue().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (response.statusCode() == 200) {
          all.add(answer.getKey().toString(), response.body());
        }
      } catch (ExecutionException e) {
        continue; // not there
      } catch (TimeoutException e) {
        answer.getValue().cancel(true); // ends the connection as well
      }
    }
    return all;
  }

  private void lookUp() {
    urls.forEach(url -> instances.put(url, instances(url)));
  }

  /**
   * Addresses of one family, as a machine may have one of each. A certificate is of the name, so
   * that with TLS there is only that.
   */
  private static List<URI> instances(URI url) {
    if (!url.getScheme().equals("http")) {
      return List.of(url);
    }
    try {
      InetAddress[] all = InetAddress.getAllByName(url.getHost());
      List<URI> found =
          Arrays.stream(all)
              .filter(address -> address.getClass() == all[0].getClass())
              .map(address -> at(address, url))
              .toList();
      return found.size() == 1 ? List.of(url) : found;
    } catch (UnknownHostException e) {
      return List.of(url);
    }
  }

  private static URI at(InetAddress address, URI url) {
    String host = address.getHostAddress();
    String scheme = url.getScheme() + "://";
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return URI.create(
        scheme
            + (host.contains(":") ? "[" + host + "]" : host)
            + port
            + url.toString().substring(scheme.length() + url.getRawAuthority().length()));
  }

  /** Leaves out what is too much. */
  private static HttpResponse.BodyHandler<String> bounded() {
    return head -> {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      return HttpResponse.BodySubscribers.mapping(
          HttpResponse.BodySubscribers.ofByteArrayConsumer(
              part ->
                  part.ifPresent(
                      bytes ->
                          body.write(bytes, 0, Math.min(bytes.length, MAX_BYTES - body.size())))),
          end -> body.toString(StandardCharsets.UTF_8));
    };
  }
}
