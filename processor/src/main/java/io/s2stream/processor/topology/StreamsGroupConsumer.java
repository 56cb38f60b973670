package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.StreamsRebalanceData;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.internals.ConsumerWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's main consumer under the {@code streams} group protocol; does what {@link
 * LedgerConsumer} does under {@code classic}.
 *
 * <p>Kafka Streams makes that consumer itself, past the client supplier, and wraps it in the class
 * that an internal property names: the only way to it. When an upgrade of Kafka takes the way away,
 * {@link ThreadLedgers#checkCommitsOfThisThread} stops the processor before it reads a frame.
 *
 * <p>Public, with a public constructor, because Kafka Streams makes it by its name.
 */
public class StreamsGroupConsumer extends ConsumerWrapper {
  private static final String LEDGERS = "s2.offset.ledgers";

  private @Nullable ThreadLedgers ledgers;

  /** Tells Kafka Streams to wrap the main consumer; of no effect under {@code classic}. */
  static void install(
      Properties config, Class<? extends StreamsGroupConsumer> consumer, ThreadLedgers ledgers) {
    config.put(
        StreamsConfig.mainConsumerPrefix(StreamsConfig.InternalConfig.INTERNAL_CONSUMER_WRAPPER),
        consumer.getName());
    config.put(StreamsConfig.mainConsumerPrefix(LEDGERS), ledgers);
  }

  @Override
  public void wrapConsumer(
      AsyncKafkaConsumer<byte[], byte[]> delegate,
      Map<String, Object> config,
      Optional<StreamsRebalanceData> rebalanceData) {
    super.wrapConsumer(delegate, config, rebalanceData);
    ledgers = (ThreadLedgers) config.get(LEDGERS);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return BackPressure.poll(ledger(), this, timeout, super::poll);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    ledger().commit(offsets, super::commitSync);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    ledger().commit(offsets, safe -> super.commitSync(safe, timeout));
  }

  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    super.commitAsync(safe(offsets), callback);
  }

  private Map<TopicPartition, OffsetAndMetadata> safe(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    OffsetLedger ledger = ledger();
    ledger.fuse().check();
    return ledger.lower(offsets);
  }

  private OffsetLedger ledger() {
    if (ledgers == null) {
      throw new IllegalStateException("Kafka Streams used the consumer without wrapConsumer()");
    }
    return ledgers.ofThisThread();
  }
}
