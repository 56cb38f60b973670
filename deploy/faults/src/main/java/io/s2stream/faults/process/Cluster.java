package io.s2stream.faults.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import io.s2stream.local.EmbeddedBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * One or three Kafka nodes, each in a process of its own. A single node has a second listener whose
 * advertised address is that of a {@link LinkProxy}, so that its clients can be cut off.
 */
public final class Cluster implements AutoCloseable {
  /** A killed member and its open transaction are noticed sooner than in real life. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "group.min.session.timeout.ms", "1000",
          "group.streams.min.session.timeout.ms", "1000",
          "group.streams.session.timeout.ms", "3000",
          "group.streams.min.heartbeat.interval.ms", "500",
          "group.streams.heartbeat.interval.ms", "500",
          "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

  private final List<BrokerProcess> brokers;
  private final LinkProxy link;

  private Cluster(List<BrokerProcess> brokers, LinkProxy link) {
    this.brokers = brokers;
    this.link = link;
  }

  /** A single node. */
  public static Cluster single(Path directory) throws IOException, InterruptedException {
    int direct = EmbeddedBroker.freePort();
    int linked = EmbeddedBroker.freePort();
    int controller = EmbeddedBroker.freePort();
    LinkProxy link = LinkProxy.to(linked);
    Map<String, String> properties = new HashMap<>(IMPATIENT);
    properties.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,LINK://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(direct, linked, controller));
    properties.put(
        "advertised.listeners",
        "PLAINTEXT://127.0.0.1:%d,LINK://127.0.0.1:%d".formatted(direct, link.port()));
    properties.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,LINK:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    BrokerProcess broker =
        new BrokerProcess(
            "broker-1",
            Files.createDirectories(directory),
            Uuid.randomUuid().toString(),
            direct,
            properties);
    Cluster cluster = new Cluster(List.of(broker), link);
    cluster.awaitReady();
    return cluster;
  }

  /** Three nodes, three replicas of everything, two of which must have each record. */
  public static Cluster ofThree(Path directory) throws IOException, InterruptedException {
    return ofThree(directory, List.of(1, 2, 3));
  }

  /**
   * As {@link #ofThree(Path)}, but for the controllers.
   *
   * @param controllers ids of the nodes that are one as well; nothing is led anew without most of
   *     them
   */
  public static Cluster ofThree(Path directory, List<Integer> controllers)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    String clusterId = Uuid.randomUuid().toString();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ports.add(EmbeddedBroker.freePort());
    }
    String voters =
        controllers.stream()
            .map(id -> id + "@127.0.0.1:" + ports.get(id + 2))
            .collect(Collectors.joining(","));
    List<BrokerProcess> brokers = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      int port = ports.get(id - 1);
      Map<String, String> properties = new HashMap<>(IMPATIENT);
      properties.put("node.id", "" + id);
      properties.put("controller.quorum.voters", voters);
      String listener = "PLAINTEXT://127.0.0.1:" + port;
      if (controllers.contains(id)) {
        listener += ",CONTROLLER://127.0.0.1:" + ports.get(id + 2);
      } else {
        properties.put("process.roles", "broker");
      }
      properties.put("listeners", listener);
      for (String topic : List.of("offsets.topic", "transaction.state.log")) {
        properties.put(topic + ".replication.factor", "3");
      }
      properties.put("transaction.state.log.min.isr", "2");
      properties.put("default.replication.factor", "3");
      properties.put("min.insync.replicas", "2");
      brokers.add(new BrokerProcess("broker-" + id, directory, clusterId, port, properties));
    }
    Cluster cluster = new Cluster(brokers, LinkProxy.to(ports.get(0)));
    cluster.awaitReady();
    return cluster;
  }

  private void awaitReady() throws IOException, InterruptedException {
    try {
      for (BrokerProcess broker : brokers) {
        broker.awaitReady();
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Addresses on which no fault lies. */
  public String servers() {
    return brokers.stream().map(BrokerProcess::address).collect(Collectors.joining(","));
  }

  /** The address of a single node through {@link #link}. */
  public String linkedServers() {
    return "127.0.0.1:" + link.port();
  }

  public LinkProxy link() {
    return link;
  }

  public List<BrokerProcess> brokers() {
    return brokers;
  }

  /** How many replicas a topic gets. */
  public short replicas() {
    return (short) brokers.size();
  }

  /** Waits until every replica of these topics is in sync. */
  public void awaitInSync(List<String> topics, Duration timeout)
      throws IOException, InterruptedException {
    awaitInSync(topics, brokers.size(), timeout);
  }

  /** Waits until each partition of these topics has so many replicas in sync. */
  public void awaitInSync(List<String> topics, int replicas, Duration timeout)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
      while (!inSync(admin, topics, replicas)) {
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "not %d replicas of %s are in sync after %s".formatted(replicas, topics, timeout));
        }
        Thread.sleep(200);
      }
    }
  }

  private static boolean inSync(Admin admin, List<String> topics, int replicas)
      throws InterruptedException {
    try {
      return admin.describeTopics(topics).allTopicNames().get().values().stream()
          .map(TopicDescription::partitions)
          .flatMap(List::stream)
          .allMatch(partition -> partition.isr().size() == replicas);
    } catch (ExecutionException | KafkaException e) {
      return false; // A broker that comes back; asked again until the deadline.
    }
  }

  @Override
  public void close() {
    brokers.forEach(BrokerProcess::close);
    link.close();
  }
}
