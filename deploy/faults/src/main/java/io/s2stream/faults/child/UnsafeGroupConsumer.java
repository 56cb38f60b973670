package io.s2stream.faults.child;

import java.time.Duration;
import java.util.Map;

import io.s2stream.processor.topology.StreamsGroupConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The main consumer under the {@code streams} group protocol with commit safety switched off; see
 * {@link UnsafeClients}.
 */
public final class UnsafeGroupConsumer extends StreamsGroupConsumer {
  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    delegate.commitSync(offsets);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    delegate.commitSync(offsets, timeout);
  }
}
