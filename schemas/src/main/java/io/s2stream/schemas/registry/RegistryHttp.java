package io.s2stream.schemas.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one REST call to whichever of the configured registries answers, with bounded retries, and
 * turns refusals into exceptions. Thread-safe.
 */
final class RegistryHttp {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_MESSAGE_CHARS = 500;

  private final RegistrySettings settings;
  private final HttpClient client;
  private final ObjectMapper json = new ObjectMapper();

  /** Index of the address that answered last, so that a dead one is not tried first each time. */
  private final AtomicInteger preferred = new AtomicInteger();

  RegistryHttp(RegistrySettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // no upgrade headers, which some proxies refuse
            .connectTimeout(settings.connectTimeout())
            .followRedirects(
                HttpClient.Redirect.NEVER); // credentials stay with the host they are for
    settings.tls().ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  /**
   * Calls and returns the JSON body of a 2xx answer.
   *
   * @param path from the slash after the base URL on, already encoded
   * @param body sent as JSON in a POST; null for a GET
   * @param purpose completes "could not ..." in messages
   */
  JsonNode call(String path, @Nullable JsonNode body, String purpose) {
    String lastFailure = "";
    @Nullable IOException lastError = null;
    for (int round = 0; round <= settings.maxRetries(); round++) {
      sleepBefore(round);
      int start = preferred.get();
      for (int i = 0; i < settings.addresses().size(); i++) {
        int index = (start + i) % settings.addresses().size();
        RegistryAddress address = settings.addresses().get(index);
        try {
          HttpResponse<String> response = send(address, path, body);
          if (!isTransient(response.statusCode())) {
            preferred.set(index);
            return answer(address, response, purpose);
          }
          lastFailure = address.base() + " answered HTTP " + response.statusCode();
          lastError = null;
        } catch (IOException e) {
          lastFailure = address.base() + ": " + e;
          lastError = e;
        }
      }
    }
    throw new RegistryUnavailableException(
        "Could not "
            + purpose
            + ": no schema registry answered in "
            + (settings.maxRetries() + 1)
            + " rounds; last: "
            + lastFailure
            + ". Check "
            + RegistrySettings.URL
            + " and that the registry runs",
        lastError);
  }

  private HttpResponse<String> send(RegistryAddress address, String path, @Nullable JsonNode body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address.base() + path))
            .timeout(settings.readTimeout())
            .header("Accept", CONTENT_TYPE + ", application/json");
    settings.authorization(address).ifPresent(value -> request.header("Authorization", value));
    if (body != null) {
      request
          .header("Content-Type", CONTENT_TYPE)
          .POST(BodyPublishers.ofString(json.writeValueAsString(body)));
    }
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request.build(), BodyHandlers.ofString());
    try {
      // The request's own timeout ends with the headers; a body that stalls needs this one.
      return answer.get(settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no whole answer within " + settings.readTimeout());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw new InterruptException(e);
    }
  }

  private JsonNode answer(RegistryAddress address, HttpResponse<String> response, String purpose) {
    JsonNode body = parse(response.body());
    int status = response.statusCode();
    if (status / 100 == 2 && body.isContainerNode()) {
      return body;
    }
    String failure =
        "Could not "
            + purpose
            + ": schema registry "
            + address.base()
            + " answered HTTP "
            + status
            + message(body);
    // 404xx is a registry's word on subjects and schemas; a plain 404 means a wrong path or server.
    if (status == 404 && body.path("error_code").asInt() / 100 == 404) {
      throw new SchemaNotFoundException(failure);
    }
    throw new RegistryRefusedException(failure + ". " + advice(status), status);
  }

  private static String advice(int status) {
    return switch (status) {
      case 401, 403 ->
          "Check the credentials (basic.auth.user.info or bearer.auth.token) and their rights";
      case 409 ->
          "The schema is not compatible with the subject's earlier versions: run the version that"
              + " was released for them, use another topic, or change the subject's compatibility";
      case 422 ->
          "The registry holds the schema or the subject's name for invalid: check that it supports"
              + " Avro and see its message";
      default ->
          "Check that "
              + RegistrySettings.URL
              + " is the base URL of a Confluent compatible registry, with its path if it has one";
    };
  }

  private static String message(JsonNode body) {
    String text = body.path("message").asText("");
    if (text.isEmpty()) {
      return "";
    }
    return " (" + text.substring(0, Math.min(text.length(), MAX_MESSAGE_CHARS)) + ")";
  }

  private JsonNode parse(String body) {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance(); // answered as "not a registry's answer"
    }
  }

  private static boolean isTransient(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  private void sleepBefore(int round) {
    if (round == 0) {
      return;
    }
    long doubled = settings.firstWait().toMillis() << Math.min(round - 1, 20);
    Duration wait = Duration.ofMillis(Math.min(doubled, settings.maxWait().toMillis()));
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
