package io.s2stream.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Kafka node (KRaft, broker and controller in one) inside this process, on loopback ports.
 *
 * <p>Topics are not made by themselves. Everything is kept on one disk without replicas: for demos
 * and tests, not for data that matters.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final StorageDirectory storage;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, StorageDirectory storage, int port) {
    this.server = server;
    this.storage = storage;
    this.port = port;
  }

  /**
   * Starts a broker on a free port with temporary storage, which {@link #close} deletes.
   *
   * @throws IOException if the storage can't be made or the broker does not start
   */
  public static EmbeddedBroker start() throws IOException {
    return start(Map.of());
  }

  /** As {@link #start()}, with broker properties of one's own on top. */
  public static EmbeddedBroker start(Map<String, String> overrides) throws IOException {
    return start(
        StorageDirectory.temporary("s2-broker-"),
        Uuid.randomUuid().toString(),
        freePort(),
        overrides);
  }

  /**
   * Starts a broker on a given directory, which stays after {@link #close}; started again on it,
   * the broker has all its topics and records.
   *
   * @param storageDir made if it is not there
   * @param port loopback port of the broker's listener
   * @throws IOException if the storage can't be used or the broker does not start
   */
  public static EmbeddedBroker start(Path storageDir, int port, Map<String, String> overrides)
      throws IOException {
    return start(storageDir, Uuid.randomUuid().toString(), port, overrides);
  }

  /**
   * As {@link #start(Path, int, Map)}, for a node of a cluster: {@code node.id}, {@code
   * controller.quorum.voters} and {@code listeners} are among the overrides.
   *
   * @param clusterId the same for all nodes; a directory that was used before keeps its own
   */
  public static EmbeddedBroker start(
      Path storageDir, String clusterId, int port, Map<String, String> overrides)
      throws IOException {
    return start(StorageDirectory.kept(storageDir), clusterId, port, overrides);
  }

  private static EmbeddedBroker start(
      StorageDirectory storage, String clusterId, int port, Map<String, String> overrides)
      throws IOException {
    Properties properties = BrokerProperties.of(storage.path(), port, freePort(), overrides);
    KafkaRaftServer server = null;
    boolean started = false;
    sayWhyBeforeTheProcessEnds(storage.path());
    try {
      format(storage.path(), clusterId, properties);
      server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
      server.startup();
      started = true;
      return new EmbeddedBroker(server, storage, port);
    } catch (Exception e) {
      throw new IOException(
          "the embedded Kafka broker did not start on 127.0.0.1:" + port + ": " + rootReason(e), e);
    } finally {
      if (!started) {
        if (server != null) {
          server.shutdown();
        }
        storage.close();
      }
    }
  }

  /**
   * A broker that can't write its log ends the whole process, and by itself says nothing on the
   * terminal.
   */
  private static void sayWhyBeforeTheProcessEnds(Path directory) {
    Exit.setHaltProcedure(
        (status, message) -> {
          System.err.println(
              "the embedded Kafka broker can't go on; is the disk of "
                  + directory
                  + " full? Free some space, or set TMPDIR to a folder with more");
          Runtime.getRuntime().halt(status == 0 ? 1 : status);
        });
  }

  private static String rootReason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private static void format(Path directory, String clusterId, Properties properties)
      throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return; // Formatted by an earlier start; its cluster id stays.
    }
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
        .setClusterId(clusterId)
        .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
        .setMetadataLogDirectory(directory.toString())
        .addDirectory(directory.toString())
        .run();
  }

  /** A loopback port that was free a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The value for {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Where the broker keeps its data. */
  public Path storageDirectory() {
    return storage.path();
  }

  /** Stops the broker, waits for it, and deletes its storage if it was temporary. Idempotent. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    storage.close();
  }
}
