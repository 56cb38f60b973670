package io.s2stream.processor.topology;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Counts the records that consumers hand out. */
public final class CountedReads implements ConsumerInterceptor<byte[], byte[]> {
  /** Property with the {@link AtomicLong} that counts. */
  static final String COUNTER = "counted.reads.counter";

  private AtomicLong counter = new AtomicLong();

  @Override
  public void configure(Map<String, ?> configs) {
    counter = (AtomicLong) Objects.requireNonNull(configs.get(COUNTER), COUNTER);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    counter.addAndGet(records.count());
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
