package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HeldApplication} is like.
 *
 * @param guarantee Kafka Streams' name of it
 * @param protocol of the group
 * @param partitions of the frames topic, each with one stream
 * @param maxInFlight records of all partitions together
 * @param forwardTimeout longest wait for a device that finishes nothing
 * @param topicPerStream whether each stream's features have a topic of their own
 * @param ledger false: Kafka Streams' own clients, for control tests
 * @param fault thrown once, or null
 * @param properties of Kafka Streams, over the others
 */
record HeldSetup(
    String guarantee,
    String protocol,
    int partitions,
    int maxInFlight,
    Duration forwardTimeout,
    boolean topicPerStream,
    boolean ledger,
    @Nullable Fault fault,
    Map<String, Object> properties) {

  static HeldSetup of(String guarantee, String protocol) {
    return new HeldSetup(
        guarantee, protocol, 1, 100, Duration.ofSeconds(60), false, true, null, Map.of());
  }

  HeldSetup withoutLedger() {
    return new HeldSetup(
        guarantee,
        protocol,
        partitions,
        maxInFlight,
        forwardTimeout,
        topicPerStream,
        false,
        fault,
        properties);
  }

  HeldSetup withTopicPerStream() {
    return new HeldSetup(
        guarantee,
        protocol,
        partitions,
        maxInFlight,
        forwardTimeout,
        true,
        ledger,
        fault,
        properties);
  }

  HeldSetup withTasks(int count, int inFlight) {
    return new HeldSetup(
        guarantee,
        protocol,
        count,
        inFlight,
        forwardTimeout,
        topicPerStream,
        ledger,
        fault,
        properties);
  }

  HeldSetup withForwardTimeout(Duration timeout) {
    return new HeldSetup(
        guarantee,
        protocol,
        partitions,
        maxInFlight,
        timeout,
        topicPerStream,
        ledger,
        fault,
        properties);
  }

  HeldSetup withFault(Fault thrown) {
    return new HeldSetup(
        guarantee,
        protocol,
        partitions,
        maxInFlight,
        forwardTimeout,
        topicPerStream,
        ledger,
        thrown,
        properties);
  }

  HeldSetup with(String property, Object value) {
    Map<String, Object> more = new HashMap<>(properties);
    more.put(property, value);
    return new HeldSetup(
        guarantee,
        protocol,
        partitions,
        maxInFlight,
        forwardTimeout,
        topicPerStream,
        ledger,
        fault,
        more);
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
