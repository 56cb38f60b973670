package io.s2stream.schemas.topics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure, before anything else runs, that a topic is there and can carry the largest record;
 * otherwise sends fail hours later. Not thread-safe.
 */
public final class TopicPreflight implements AutoCloseable {
  // A new topic's metadata reaches the brokers a moment after the controller has made it.
  private static final Duration METADATA_POLL = Duration.ofMillis(50);

  /** What Kafka's clients say, in a ConfigException, of host names that don't resolve now. */
  private static final String UNRESOLVED = "No resolvable bootstrap urls";

  private final Admin admin;
  private final String servers;
  private final Duration timeout;

  /**
   * @param admin asked about the topics; {@link #close} closes it
   * @param bootstrapServers the brokers, for messages and commands
   * @param timeout bound of each question to the broker
   */
  public TopicPreflight(Admin admin, String bootstrapServers, Duration timeout) {
    this.admin = admin;
    this.servers = bootstrapServers;
    this.timeout = timeout;
  }

  /**
   * Connects with a service's own settings.
   *
   * @throws TopicException if the settings make no client, such as a host name that does not
   *     resolve or a key store that is not there
   */
  public static TopicPreflight connect(KafkaSettings kafka, Duration timeout)
      throws TopicException {
    try {
      return new TopicPreflight(Admin.create(kafka.admin()), kafka.bootstrapServers(), timeout);
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      String text = String.valueOf(reason.getMessage());
      if (text.contains(UNRESOLVED)) {
        throw TopicException.unreachable(
            TopicMessages.unreachable(kafka.bootstrapServers(), text), e);
      }
      throw new TopicException("Kafka's client refuses the kafka settings: " + text, e);
    }
  }

  /**
   * For a topic this service writes to: checks that it can carry the records, or makes it if it is
   * missing and the specification says so.
   *
   * @throws TopicException if the broker can't be reached within the time, the topic is missing or
   *     too small, or the broker refuses the request
   */
  public CheckedTopic ensure(TopicSpec spec) throws TopicException, InterruptedException {
    CheckedTopic topic = ensurePresent(spec);
    if (topic.maxMessageBytes() < spec.neededMessageBytes()) {
      throw new TopicException(
          TopicMessages.tooSmall(spec, topic.maxMessageBytes(), servers), null);
    }
    return topic;
  }

  /**
   * For a topic this service only reads: makes it if it is missing and the specification says so,
   * and takes one that is there as it is. What its writer needs is the writer's to check.
   *
   * @throws TopicException as {@link #ensure}, but not for a small topic
   */
  public CheckedTopic ensurePresent(TopicSpec spec) throws TopicException, InterruptedException {
    TopicDescription found = describe(spec.topic());
    boolean created = false;
    if (found == null) {
      if (!spec.create()) {
        throw new TopicException(TopicMessages.missing(spec, servers), null);
      }
      created = create(spec);
      found = describeNew(spec.topic());
    }
    int limit = maxMessageBytes(spec.topic());
    return new CheckedTopic(spec.topic(), found.partitions().size(), limit, created);
  }

  /**
   * The names of all topics that this client may see, without Kafka's internal ones.
   *
   * @throws TopicException if the broker can't be reached within the time or refuses
   */
  public Set<String> names() throws TopicException, InterruptedException {
    ListTopicsOptions options = new ListTopicsOptions().timeoutMs(timeoutMillis());
    return get(admin.listTopics(options).names(), "list topics");
  }

  private @Nullable TopicDescription describe(String topic)
      throws TopicException, InterruptedException {
    DescribeTopicsOptions options = new DescribeTopicsOptions().timeoutMs(timeoutMillis());
    String what = "describe topic '" + topic + "'";
    try {
      return get(
          Objects.requireNonNull(
              admin.describeTopics(List.of(topic), options).topicNameValues().get(topic)),
          what);
    } catch (TopicException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw e;
    }
  }

  private TopicDescription describeNew(String topic) throws TopicException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      TopicDescription found = describe(topic);
      if (found != null && leadersServe(found)) {
        return found;
      }
      if (System.nanoTime() - deadline > 0) {
        throw TopicException.unreachable(
            "topic '"
                + topic
                + "' was created on "
                + servers
                + " but has no leader after "
                + timeout.toSeconds()
                + " s; check the brokers' logs",
            null);
      }
      Thread.sleep(METADATA_POLL.toMillis());
    }
  }

  /**
   * Whether every partition has a leader that answers. Before that a producer's first batch is
   * refused and, as seen with Kafka 4.3.1, a later one of the same partition taken, since the
   * leader knows no sequence of the producer yet; the first is then out of sequence for good.
   */
  private boolean leadersServe(TopicDescription topic) throws TopicException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicPartitionInfo partition : topic.partitions()) {
      if (partition.leader() == null) {
        return false;
      }
      ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
    }
    ListOffsetsOptions options = new ListOffsetsOptions().timeoutMs(timeoutMillis());
    get(admin.listOffsets(ends, options).all(), "find the ends of topic '" + topic.name() + "'");
    return true;
  }

  /** Returns whether this call made the topic; another service may have been faster. */
  private boolean create(TopicSpec spec) throws TopicException, InterruptedException {
    NewTopic topic =
        new NewTopic(
                spec.topic(),
                spec.partitions() < 0 ? Optional.empty() : Optional.of(spec.partitions()),
                spec.replicationFactor() < 0
                    ? Optional.empty()
                    : Optional.of((short) spec.replicationFactor()))
            .configs(spec.properties());
    CreateTopicsOptions options = new CreateTopicsOptions().timeoutMs(timeoutMillis());
    try {
      get(admin.createTopics(List.of(topic), options).all(), "create topic '" + spec.topic() + "'");
      return true;
    } catch (TopicException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  /** The topic is there, as a broker has said; another may not have heard of it yet. */
  private int maxMessageBytes(String topic) throws TopicException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        return maxMessageBytesNow(topic);
      } catch (TopicException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      Thread.sleep(METADATA_POLL.toMillis());
    }
  }

  private int maxMessageBytesNow(String topic) throws TopicException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    DescribeConfigsOptions options = new DescribeConfigsOptions().timeoutMs(timeoutMillis());
    Config config =
        Objects.requireNonNull(
            get(
                    admin.describeConfigs(List.of(resource), options).all(),
                    "describe the configuration of topic '" + topic + "'")
                .get(resource));
    return Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
  }

  private <T> T get(KafkaFuture<T> future, String what)
      throws TopicException, InterruptedException {
    try {
      // The client bounds the call itself; this only guards against its thread having died.
      return future.get(timeoutMillis() + 5_000L, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      boolean silent =
          cause instanceof RetriableException
              && !(cause instanceof UnknownTopicOrPartitionException);
      if (silent) {
        throw TopicException.unreachable(
            TopicMessages.unreachable(servers, BrokerProbe.describe(servers)), cause);
      }
      throw new TopicException(TopicMessages.refused(what, servers, cause), cause);
    } catch (java.util.concurrent.TimeoutException e) {
      throw TopicException.unreachable(
          TopicMessages.unreachable(servers, BrokerProbe.describe(servers)), e);
    }
  }

  private int timeoutMillis() {
    return (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
  }

  /** Closes the admin client. */
  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
