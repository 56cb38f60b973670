package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;

/** What a {@link HeldApplication} is like; the {@code with} methods give changed copies. */
final class HeldSetup {
  private final String guarantee;
  private final String protocol;
  private int partitions = 1;
  private int maxInFlight = 100;
  private Duration forwardTimeout = Duration.ofSeconds(60);
  private boolean topicPerStream;
  private boolean ledger = true;
  private ClientHook hook = ClientHook.NONE;
  private @Nullable Fault fault;
  private final Map<String, Object> properties = new HashMap<>();

  private HeldSetup(String guarantee, String protocol) {
    this.guarantee = guarantee;
    this.protocol = protocol;
  }

  static HeldSetup of(String guarantee, String protocol) {
    return new HeldSetup(guarantee, protocol);
  }

  private HeldSetup changed(Consumer<HeldSetup> change) {
    HeldSetup copy = new HeldSetup(guarantee, protocol);
    copy.partitions = partitions;
    copy.maxInFlight = maxInFlight;
    copy.forwardTimeout = forwardTimeout;
    copy.topicPerStream = topicPerStream;
    copy.ledger = ledger;
    copy.hook = hook;
    copy.fault = fault;
    copy.properties.putAll(properties);
    change.accept(copy);
    return copy;
  }

  /** Kafka Streams' own clients, for control tests. */
  HeldSetup withoutLedger() {
    return changed(copy -> copy.ledger = false);
  }

  /** The features of each stream have a topic of their own. */
  HeldSetup withTopicPerStream() {
    return changed(copy -> copy.topicPerStream = true);
  }

  /**
   * @param count partitions of the frames topic, each with one stream
   * @param inFlight records of all partitions together
   */
  HeldSetup withTasks(int count, int inFlight) {
    return changed(
        copy -> {
          copy.partitions = count;
          copy.maxInFlight = inFlight;
        });
  }

  /** Longest wait for a device that finishes nothing. */
  HeldSetup withForwardTimeout(Duration timeout) {
    return changed(copy -> copy.forwardTimeout = timeout);
  }

  HeldSetup withFault(Fault once) {
    return changed(copy -> copy.fault = once);
  }

  HeldSetup withHook(ClientHook clients) {
    return changed(copy -> copy.hook = clients);
  }

  /** A property of Kafka Streams, over the others. */
  HeldSetup with(String property, Object value) {
    return changed(copy -> copy.properties.put(property, value));
  }

  /** Kafka Streams' name of it. */
  String guarantee() {
    return guarantee;
  }

  /** Of the group. */
  String protocol() {
    return protocol;
  }

  int partitions() {
    return partitions;
  }

  int maxInFlight() {
    return maxInFlight;
  }

  Duration forwardTimeout() {
    return forwardTimeout;
  }

  boolean topicPerStream() {
    return topicPerStream;
  }

  boolean ledger() {
    return ledger;
  }

  ClientHook hook() {
    return hook;
  }

  @Nullable Fault fault() {
    return fault;
  }

  Map<String, Object> properties() {
    return properties;
  }

  /** Trouble that happens once, while the feature record of one frame is forwarded. */
  static final class Fault {
    private final int partition;
    private final long index;
    private final Runnable trouble;
    private final AtomicBoolean happened = new AtomicBoolean();

    /**
     * @param partition of the record
     * @param index of the record's frame
     */
    Fault(int partition, long index, Runnable trouble) {
      this.partition = partition;
      this.index = index;
      this.trouble = trouble;
    }

    /**
     * @param corrupted the task that is said to be in trouble
     */
    Fault(int partition, long index, TaskId corrupted) {
      this(
          partition,
          index,
          () -> {
            throw new TaskCorruptedException(Set.of(corrupted));
          });
    }

    boolean happened() {
      return happened.get();
    }

    void at(FeatureRecord record) {
      boolean here =
          record.getStreamId().equals(HeldApplication.stream(partition))
              && record.getFirstFrameIndex() == index;
      if (here && happened.compareAndSet(false, true)) {
        trouble.run();
      }
    }
  }
}
