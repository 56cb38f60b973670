package io.s2stream.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import io.s2stream.local.registry.EmbeddedRegistry;

/** A broker and a schema registry inside this process, for demos and tests. */
public final class LocalStack implements AutoCloseable {
  private static final String SCHEMAS = "schemas.jsonl";

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
    return start(EmbeddedBroker.start(brokerOverrides));
  }

  /**
   * Starts both on a given directory, which stays after {@link #close}; started again on it, they
   * have all their topics, records and schemas.
   *
   * @param storageDir made if it is not there
   * @throws IOException if the directory can't be used, or one of them does not start
   */
  public static LocalStack start(Path storageDir, Map<String, String> brokerOverrides)
      throws IOException {
    return start(EmbeddedBroker.start(storageDir, EmbeddedBroker.freePort(), brokerOverrides));
  }

  /** The registry's schemas lie beside the broker's records, and go when they go. */
  private static LocalStack start(EmbeddedBroker broker) throws IOException {
    try {
      return new LocalStack(
          broker, EmbeddedRegistry.start(broker.storageDirectory().resolve(SCHEMAS)));
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

  /** Stops both; their storage is deleted if it was temporary. */
  @Override
  public void close() {
    registry.close();
    broker.close();
  }
}
