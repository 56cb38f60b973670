package io.s2stream.schemas.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Trust and identity for {@code https} registries: {@code schema.registry.ssl.*}, the keys of
 * Kafka's clients (key stores, trust stores, PEM) with that prefix, read by Kafka's own code.
 */
final class RegistryTls {
  private static final String PREFIX = "schema.registry.";

  private RegistryTls() {}

  /**
   * The context that the settings describe; none if there are no such settings, so that what the
   * JVM trusts holds. What a Kafka client uses for its brokers ({@code ssl.*} without the prefix)
   * is not for the registry.
   *
   * @throws ConfigException if a file can't be read or a password is wrong; never quotes a secret
   */
  static Optional<SSLContext> context(Map<String, ?> configs) {
    Map<String, Object> own = new HashMap<>();
    configs.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX + "ssl.")) {
            own.put(key.substring(PREFIX.length()), value);
          }
        });
    if (own.isEmpty()) {
      return Optional.empty();
    }
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(new AbstractConfig(definition, own, false).values());
      return Optional.of(factory.sslContext());
    } catch (KafkaException e) {
      throw new ConfigException(
          PREFIX + "ssl.*: " + e.getMessage() + "; check paths, types and passwords");
    }
  }
}
