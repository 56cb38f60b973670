package io.s2stream.local;

import java.io.IOException;
import java.util.Map;

import io.s2stream.local.registry.EmbeddedRegistry;

/** A broker and a schema registry inside this process, for demos and tests. */
public final class LocalStack implements AutoCloseable {
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;

  private LocalStack(EmbeddedBroker broker, EmbeddedRegistry registry) {
    this.broker = broker;
    this.registry = registry;
  }

  /**
   * Starts both on free loopback ports, with temporary storage.
   *
   * @throws IOException if one of them does not start
   */
  public static LocalStack start() throws IOException {
    return start(Map.of());
  }

  /** As {@link #start()}, with broker properties of one's own on top. */
  public static LocalStack start(Map<String, String> brokerOverrides) throws IOException {
    EmbeddedBroker broker = EmbeddedBroker.start(brokerOverrides);
    try {
      return new LocalStack(broker, EmbeddedRegistry.start());
    } catch (IOException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** The value for {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The value for {@code schema.registry.url}. */
  public String registryUrl() {
    return registry.url();
  }

  /** What goes into a {@code kafka:} section to reach both. */
  public Map<String, String> kafkaProperties() {
    return Map.of("bootstrap.servers", bootstrapServers(), "schema.registry.url", registryUrl());
  }

  /** Stops both and deletes the broker's storage. */
  @Override
  public void close() {
    registry.close();
    broker.close();
  }
}
