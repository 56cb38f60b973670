package io.s2stream.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code kafka:} section: properties of any Kafka client, passed through untouched. Keys under
 * {@code producer}, {@code consumer}, {@code admin} and {@code streams} override the common ones
 * for that client. Immutable.
 */
public final class KafkaSettings {
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
  private static final String REGISTRY_URL = "schema.registry.url";
  private static final Pattern REGISTRY_URLS =
      Pattern.compile("\\s*(https?|mock)://\\S+(\\s*,\\s*https?://\\S+)*\\s*");
  private static final Set<String> CLIENTS = Set.of("producer", "consumer", "admin", "streams");

  private final Map<String, Object> properties;

  private KafkaSettings(Map<String, Object> properties) {
    this.properties = Collections.unmodifiableMap(properties);
  }

  /**
   * Takes properties as they stand in YAML: nested maps flatten with dots, lists join with commas.
   *
   * @throws InvalidSettingException if {@code bootstrap.servers} is missing, {@code
   *     schema.registry.url} is no URL, a value is null, or a property is given twice (flat and
   *     nested)
   */
  public static KafkaSettings of(Map<String, ?> values) {
    Map<String, Object> flat = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    flatten("", values, flat, problems);
    if (problems.isEmpty() && flat.getOrDefault(BOOTSTRAP_SERVERS, "").toString().isBlank()) {
      problems.add(new Problem(BOOTSTRAP_SERVERS, "missing; expected the brokers' host:port list"));
    }
    Object registry = flat.get(REGISTRY_URL);
    if (registry != null && !REGISTRY_URLS.matcher(registry.toString()).matches()) {
      problems.add(
          new Problem(
              REGISTRY_URL, "expected one or more of http://host:port or https://host:port"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
    return new KafkaSettings(flat);
  }

  private static void flatten(
      String prefix, Map<?, ?> values, Map<String, Object> flat, List<Problem> problems) {
    values.forEach(
        (name, value) -> {
          String key = prefix + name;
          if (value instanceof Map<?, ?> nested) {
            flatten(key + ".", nested, flat, problems);
          } else if (value == null) {
            problems.add(new Problem(key, "has no value; write one or remove the key"));
          } else if (flat.put(key, scalar(value)) != null) {
            problems.add(new Problem(key, "given twice, once flat and once nested"));
          }
        });
  }

  private static Object scalar(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : value;
  }

  /** The brokers' {@code host:port} list. */
  public String bootstrapServers() {
    return Objects.requireNonNull(properties.get(BOOTSTRAP_SERVERS)).toString();
  }

  /** Properties for a producer: the common ones, then {@code producer.*}. A fresh map. */
  public Map<String, Object> producer() {
    return forClient("producer");
  }

  /** Properties for a consumer: the common ones, then {@code consumer.*}. A fresh map. */
  public Map<String, Object> consumer() {
    return forClient("consumer");
  }

  /** Properties for an admin client: the common ones, then {@code admin.*}. A fresh map. */
  public Map<String, Object> admin() {
    return forClient("admin");
  }

  /**
   * Properties for Kafka Streams: the common ones, then {@code streams.*}; {@code consumer.*},
   * {@code producer.*} and {@code admin.*} keep their prefix, which Kafka Streams itself
   * understands. A fresh map.
   */
  public Map<String, Object> streams() {
    Map<String, Object> result = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (!key.startsWith("streams.")) {
            result.put(key, value);
          }
        });
    putOverrides("streams", result);
    return result;
  }

  private Map<String, Object> forClient(String client) {
    Map<String, Object> result = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          int dot = key.indexOf('.');
          if (dot < 0 || !CLIENTS.contains(key.substring(0, dot))) {
            result.put(key, value);
          }
        });
    putOverrides(client, result);
    return result;
  }

  private void putOverrides(String client, Map<String, Object> result) {
    String prefix = client + ".";
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            result.put(key.substring(prefix.length()), value);
          }
        });
  }

  /** Every property as {@code key → text}, sorted, with secrets masked; for logs and reports. */
  public Map<String, String> masked() {
    Map<String, String> result = new TreeMap<>();
    properties.forEach(
        (key, value) ->
            result.put(
                key,
                SecretMasking.isSecretKey(key)
                    ? SecretMasking.MASK
                    : SecretMasking.maskUrls(value.toString())));
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KafkaSettings that && properties.equals(that.properties);
  }

  @Override
  public int hashCode() {
    return properties.hashCode();
  }

  /** Secrets are masked. */
  @Override
  public String toString() {
    return masked().toString();
  }
}
