package io.s2stream.schemas.registry;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the schema registry, read from a Kafka client's configuration. The keys are those of
 * Confluent's serdes, with or without the prefix {@code schema.registry.}, except for the URL:
 *
 * <ul>
 *   <li>{@code schema.registry.url}: one or more URLs, comma separated, tried in turn; or {@code
 *       mock://scope}
 *   <li>{@code basic.auth.credentials.source}: {@code URL} (default: user:password in the URL) or
 *       {@code USER_INFO} with {@code basic.auth.user.info: user:password}
 *   <li>{@code bearer.auth.token} (with {@code bearer.auth.credentials.source: STATIC_TOKEN} or
 *       none)
 *   <li>{@code normalize.schemas} (false): the registry compares schemas without regard to how they
 *       are written down
 *   <li>{@code http.connect.timeout.ms} (5000), {@code http.read.timeout.ms} (10000, the whole
 *       answer)
 *   <li>{@code max.retries} (3 rounds over all URLs after the first), {@code retries.wait.ms} (250,
 *       doubles each round), {@code retries.max.wait.ms} (2000)
 * </ul>
 *
 * <p>{@code https} trusts what the JVM trusts, or what {@code schema.registry.ssl.*} says, with the
 * keys of Kafka's clients: {@code truststore.location}, {@code truststore.certificates}, {@code
 * keystore.location}, ….
 *
 * @param addresses at least one, unless there is a mock scope
 * @param authorization value of the Authorization header for every address, if configured apart
 *     from the URL
 * @param tls for https; absent: the JVM's own
 */
record RegistrySettings(
    List<RegistryAddress> addresses,
    Optional<String> mockScope,
    Optional<String> authorization,
    Optional<SSLContext> tls,
    boolean normalize,
    Duration connectTimeout,
    Duration readTimeout,
    int maxRetries,
    Duration firstWait,
    Duration maxWait) {

  static final String URL = "schema.registry.url";
  private static final String PREFIX = "schema.registry.";
  private static final String MOCK = "mock://";

  static RegistrySettings from(Map<String, ?> configs) {
    List<String> urls = urls(configs.get(URL));
    Optional<String> mockScope = mockScope(urls);
    return new RegistrySettings(
        mockScope.isPresent() ? List.of() : urls.stream().map(RegistryAddress::parse).toList(),
        mockScope,
        authorization(configs),
        RegistryTls.context(configs),
        text(configs, "normalize.schemas").map(Boolean::parseBoolean).orElse(false),
        millis(configs, "http.connect.timeout.ms", 5_000, 1),
        millis(configs, "http.read.timeout.ms", 10_000, 1),
        (int) number(configs, "max.retries", 3, 0),
        millis(configs, "retries.wait.ms", 250, 0),
        millis(configs, "retries.max.wait.ms", 2_000, 0));
  }

  /** The Authorization header to send to this address, if any. */
  Optional<String> authorization(RegistryAddress address) {
    return authorization.or(() -> address.userInfo().map(RegistrySettings::basic));
  }

  /** Masks what is secret, since records print all components. */
  @Override
  public String toString() {
    return "RegistrySettings" + addresses.stream().map(RegistryAddress::base).toList();
  }

  private static List<String> urls(@Nullable Object value) {
    String joined =
        value instanceof List<?> list
            ? String.join(",", list.stream().map(String::valueOf).toList())
            : value == null ? "" : value.toString();
    List<String> urls =
        Arrays.stream(joined.split(",", -1)).map(String::trim).filter(u -> !u.isEmpty()).toList();
    if (urls.isEmpty()) {
      throw new ConfigException(
          URL + " is missing: set it to the registry's URL, for example http://registry:8081");
    }
    return urls;
  }

  private static Optional<String> mockScope(List<String> urls) {
    List<String> scopes =
        urls.stream().filter(u -> u.startsWith(MOCK)).map(u -> u.substring(MOCK.length())).toList();
    if (!scopes.isEmpty() && urls.size() > 1) {
      throw new ConfigException(URL + ": a mock:// registry can't stand beside other URLs");
    }
    return scopes.stream().findFirst();
  }

  private static Optional<String> authorization(Map<String, ?> configs) {
    Optional<String> token = text(configs, "bearer.auth.token");
    Optional<String> tokenSource = text(configs, "bearer.auth.credentials.source");
    if (tokenSource.isPresent() && !tokenSource.get().equalsIgnoreCase("STATIC_TOKEN")) {
      throw new ConfigException(
          "bearer.auth.credentials.source: "
              + tokenSource.get()
              + " is not supported; expected STATIC_TOKEN with bearer.auth.token");
    }
    if (tokenSource.isPresent() && token.isEmpty()) {
      throw new ConfigException(
          "bearer.auth.token is missing; bearer.auth.credentials.source STATIC_TOKEN needs it");
    }
    String source = text(configs, "basic.auth.credentials.source").orElse("URL");
    return switch (source.toUpperCase(Locale.ROOT)) {
      case "URL" -> token.map(t -> "Bearer " + t);
      case "USER_INFO" -> {
        if (token.isPresent()) {
          throw new ConfigException(
              "Both basic.auth.user.info and bearer.auth.token are set: keep one of them");
        }
        yield Optional.of(basic(userInfo(configs)));
      }
      default ->
          throw new ConfigException(
              "basic.auth.credentials.source: "
                  + source
                  + " is not supported; expected URL or USER_INFO");
    };
  }

  private static String userInfo(Map<String, ?> configs) {
    return text(configs, "basic.auth.user.info")
        .filter(userInfo -> userInfo.contains(":"))
        .orElseThrow(
            () ->
                new ConfigException(
                    "basic.auth.user.info is missing or has no colon; expected user:password"));
  }

  private static String basic(String userInfo) {
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  private static Duration millis(
      Map<String, ?> configs, String key, long defaultValue, long least) {
    return Duration.ofMillis(number(configs, key, defaultValue, least));
  }

  private static long number(Map<String, ?> configs, String key, long defaultValue, long least) {
    Optional<String> text = text(configs, key);
    try {
      long value = text.isPresent() ? Integer.parseInt(text.get()) : defaultValue;
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The message below says the same and more.
    }
    throw new ConfigException(
        key + ": expected a whole number from " + least + ", got " + text.get());
  }

  private static Optional<String> text(Map<String, ?> configs, String key) {
    @Nullable Object value =
        configs.get(key) == null ? configs.get(PREFIX + key) : configs.get(key);
    if (value instanceof Password password) {
      return Optional.of(password.value());
    }
    return Optional.ofNullable(value).map(v -> v.toString().trim()).filter(t -> !t.isEmpty());
  }
}
