package io.s2stream.processor.route;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

import io.s2stream.config.KafkaSettings;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic for each stream or group, checked when its first record comes: made with the limits that
 * the records need, or refused. Of topics that fit the template no more are made than {@code max},
 * whoever made them; those that are there are used. A refusal is remembered for a while, so that a
 * stream without a topic doesn't hold the others up. Thread-safe.
 */
public final class RoutedTopics implements FeatureRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(RoutedTopics.class);

  /** A transaction stays open meanwhile: short. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Duration REFUSED_FOR = Duration.ofSeconds(30);
  private static final int MAX_REFUSALS = 1_000;

  /** What is needed of a topic of this name. */
  @FunctionalInterface
  public interface Needs {
    TopicSpec of(String topic);
  }

  private record Refusal(String message, long atNanos) {}

  private final KafkaSettings kafka;
  private final TopicTemplate template;
  private final Needs needs;
  private final int max;
  private final LongSupplier nanoClock;
  private final Set<String> usable = ConcurrentHashMap.newKeySet();
  private final Map<String, Refusal> refusals = new LinkedHashMap<>(); // guarded by this
  private @Nullable TopicPreflight preflight; // guarded by this

  /**
   * @param max topics that fit the template, beyond which none is made
   */
  public RoutedTopics(
      KafkaSettings kafka, TopicTemplate template, Needs needs, int max, LongSupplier nanoClock) {
    this.kafka = kafka;
    this.template = template;
    this.needs = needs;
    this.max = max;
    this.nanoClock = nanoClock;
  }

  @Override
  public String topic(String stream) {
    return template.topic(stream);
  }

  @Override
  public void require(String stream) {
    if (stream.isEmpty()) {
      throw new FrameFaultException(
          FaultReason.NO_TOPIC,
          "the message has no key; expected its stream's id, which " + template + " needs");
    }
    String topic = topic(stream);
    if (!usable.contains(topic)) {
      check(topic);
    }
  }

  private synchronized void check(String topic) {
    if (usable.contains(topic)) {
      return;
    }
    Refusal refusal = refusals.get(topic);
    if (refusal != null && nanoClock.getAsLong() - refusal.atNanos() < REFUSED_FOR.toNanos()) {
      throw new FrameFaultException(FaultReason.NO_TOPIC, refusal.message());
    }
    try {
      CheckedTopic found = ensure(topic);
      usable.add(topic);
      refusals.remove(topic);
      if (found.created()) {
        LOG.info(
            "Topic {} created: {} partitions, messages of up to {} bytes",
            topic,
            found.partitions(),
            found.maxMessageBytes());
      }
    } catch (TopicException e) {
      throw isOfTheBrokers(e) ? away(e) : refused(topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StreamsException("told to end while topic " + topic + " was checked", e);
    }
  }

  /** Trouble that ends by itself or by an operator, and has nothing to do with this topic. */
  private static boolean isOfTheBrokers(TopicException e) {
    return e.isUnreachable()
        || e.getCause() instanceof AuthenticationException
        || e.getCause() instanceof InvalidReplicationFactorException; // brokers are still to come
  }

  private CheckedTopic ensure(String topic) throws TopicException, InterruptedException {
    TopicPreflight topics = preflight;
    if (topics == null) {
      topics = TopicPreflight.connect(kafka, TIMEOUT);
      preflight = topics;
    }
    TopicSpec spec = needs.of(topic);
    if (spec.create()) {
      Pattern names = template.names();
      Set<String> present = topics.names();
      long like = present.stream().filter(name -> names.matcher(name).matches()).count();
      if (!present.contains(topic) && like >= max) {
        throw new TopicException(
            "topic '%s' is not made: there are %d like '%s' already, max-features-topics allows %d"
                .formatted(topic, like, template, max),
            null);
      }
    }
    return topics.ensure(spec);
  }

  private FrameFaultException refused(String topic, TopicException e) {
    String message = String.valueOf(e.getMessage());
    refusals.remove(topic);
    if (refusals.size() >= MAX_REFUSALS) {
      refusals.remove(refusals.keySet().iterator().next());
    }
    refusals.put(topic, new Refusal(message, nanoClock.getAsLong()));
    return new FrameFaultException(FaultReason.NO_TOPIC, message, e);
  }

  /** As every other outage of the brokers: the thread ends, waits, and reads the frames again. */
  private static StreamsException away(TopicException e) {
    return new StreamsException(
        "a topic for features can't be checked; the frames will be read again",
        new TimeoutException(String.valueOf(e.getMessage()), e));
  }

  @Override
  public synchronized void close() {
    if (preflight != null) {
      preflight.close();
      preflight = null;
    }
  }
}
