package io.s2stream.schemas.topics;

import java.time.Duration;
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
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
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
      if (leaderless.isEmpty()) {
        outage.over();
      } else {
        outage.lost("no broker leads " + leaderless.subList(0, Math.min(leaderless.size(), 10)));
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

  @Override
  public void close() {
    thread.interrupt();
    admin.close(Duration.ofSeconds(1));
  }
}
