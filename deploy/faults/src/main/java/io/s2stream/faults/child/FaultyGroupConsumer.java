package io.s2stream.faults.child;

import java.time.Duration;
import java.util.Map;

import io.s2stream.processor.topology.StreamsGroupConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The main consumer under the {@code streams} group protocol, with faults put in at commits. */
public final class FaultyGroupConsumer extends StreamsGroupConsumer {
  /** Kafka Streams makes the consumer by its class name, so the plan can't be handed over. */
  static volatile FaultPlan faults = FaultPlan.parse("", 0);

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    FailingCommit.run(faults, () -> super.commitSync(offsets));
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    FailingCommit.run(faults, () -> super.commitSync(offsets, timeout));
  }
}
