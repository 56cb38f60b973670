package io.s2stream.schemas.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.s2stream.config.KafkaSettings;
import io.s2stream.health.Health;
import io.s2stream.health.Outage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Asks the brokers every few seconds for a service's topics, and tells {@link Health} and the log
 * when they can't be used. Kafka's other clients stay silent for minutes when their brokers are
 * gone. Owns a thread and an admin client.
 */
public final class BrokerWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Admin admin;
  private final String servers;
  private final Collection<String> topics;
  private final Outage outage;
  private final Thread thread;

  private BrokerWatch(Admin admin, String servers, Collection<String> topics, Health health) {
    this.admin = admin;
    this.servers = servers;
    this.topics = List.copyOf(topics);
    this.outage = new Outage("Kafka", health);
    this.thread = new Thread(this::run, "s2-broker-watch");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /**
   * Starts to ask.
   *
   * @param kafka settings with which a client was made before
   */
  public static BrokerWatch start(KafkaSettings kafka, Collection<String> topics, Health health) {
    Map<String, Object> settings = kafka.admin();
    settings.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(TIMEOUT.toMillis()));
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(TIMEOUT.toMillis()));
    return new BrokerWatch(Admin.create(settings), kafka.bootstrapServers(), topics, health);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        ask();
        Thread.sleep(INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to end
    }
  }

  private void ask() throws InterruptedException {
    try {
      Map<String, TopicDescription> found =
          admin
              .describeTopics(
                  topics,
                  new DescribeTopicsOptions().timeoutMs(Math.toIntExact(TIMEOUT.toMillis())))
              .allTopicNames()
              .get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      List<String> leaderless = found.values().stream().flatMap(BrokerWatch::leaderless).toList();
      List<String> readOnly = readOnly(found.values());
      if (!leaderless.isEmpty()) {
        outage.lost("no broker leads " + some(leaderless));
      } else if (!readOnly.isEmpty()) {
        outage.lost(
            "nothing can be written, as too few replicas are in sync, to " + some(readOnly));
      } else {
        outage.over();
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      outage.lost(
          cause instanceof RetriableException
              ? servers + " does not answer (" + BrokerProbe.describe(servers) + ")"
              : cause.getClass().getSimpleName() + ": " + cause.getMessage());
    } catch (TimeoutException | KafkaException e) {
      outage.lost(servers + " does not answer: " + e);
    }
  }

  private static Stream<String> leaderless(TopicDescription topic) {
    return topic.partitions().stream()
        .filter(partition -> partition.leader() == null || partition.leader().isEmpty())
        .map(TopicPartitionInfo::partition)
        .map(partition -> topic.name() + "-" + partition);
  }

  /** Partitions with fewer replicas in sync than a write with all acknowledgements needs. */
  private List<String> readOnly(Collection<TopicDescription> found) throws InterruptedException {
    List<String> partitions = new ArrayList<>();
    for (TopicDescription topic : found) {
      int fewest = topic.partitions().stream().mapToInt(p -> p.isr().size()).min().orElse(0);
      int replicas = topic.partitions().stream().mapToInt(p -> p.replicas().size()).max().orElse(0);
      if (fewest == replicas) {
        continue; // As nearly always; saves the question.
      }
      int needed = neededInSync(topic.name());
      topic.partitions().stream()
          .filter(partition -> partition.isr().size() < needed)
          .map(partition -> topic.name() + "-" + partition.partition())
          .forEach(partitions::add);
    }
    return partitions;
  }

  /** The topic's {@code min.insync.replicas}; 1 where we may not ask. */
  private int neededInSync(String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      ConfigEntry entry =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .values()
              .iterator()
              .next()
              .get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
      return entry == null ? 1 : Integer.parseInt(entry.value());
    } catch (ExecutionException | TimeoutException | NumberFormatException e) {
      return 1;
    }
  }

  private static List<String> some(List<String> partitions) {
    return partitions.subList(0, Math.min(partitions.size(), 10));
  }

  @Override
  public void close() {
    thread.interrupt();
    admin.close(Duration.ofSeconds(1));
  }
}
