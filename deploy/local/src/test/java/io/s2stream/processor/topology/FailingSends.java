package io.s2stream.processor.topology;

import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Makes sends of feature records fail for real: the record goes to a partition that isn't there, so
 * that it expires after {@code max.block.ms}; or it gets too large for the topic, so that the
 * broker refuses it while those behind it are on their way. The record is sent as it is when it
 * comes again.
 */
public final class FailingSends implements ProducerInterceptor<byte[], byte[]> {
  static final String PLAN = "failing.sends.plan";

  /** Decides which sends fail; shared by the producers of a test. Thread-safe. */
  static final class Plan {
    private final Random random = new Random(7);
    private final int oneIn;
    private final int largeBytes;
    private final AtomicInteger failed = new AtomicInteger();
    private int burst;

    /**
     * @param oneIn of so many sends one fails, and each fourth time the three after it as well
     * @param largeBytes more than the topic allows
     */
    Plan(int oneIn, int largeBytes) {
      this.oneIn = oneIn;
      this.largeBytes = largeBytes;
    }

    int failed() {
      return failed.get();
    }

    private synchronized boolean fails() {
      if (burst > 0) {
        burst--;
        return true;
      }
      boolean fails = random.nextInt(oneIn) == 0;
      burst = fails && random.nextInt(4) == 0 ? 3 : 0;
      return fails;
    }

    private synchronized ProducerRecord<byte[], byte[]> spoilt(
        ProducerRecord<byte[], byte[]> record) {
      failed.incrementAndGet();
      boolean expires = random.nextInt(3) == 0;
      return new ProducerRecord<>(
          record.topic(),
          expires ? Integer.valueOf(99) : record.partition(),
          record.timestamp(),
          record.key(),
          expires ? record.value() : new byte[largeBytes],
          record.headers());
    }
  }

  private Plan plan = new Plan(1, 0);

  @Override
  public void configure(Map<String, ?> configs) {
    plan = (Plan) Objects.requireNonNull(configs.get(PLAN), PLAN);
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    return plan.fails() ? plan.spoilt(record) : record;
  }

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

  @Override
  public void close() {}
}
