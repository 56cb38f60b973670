package io.s2stream.viewer.subscribe;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadingTest {
  private static final TopicPartition DOOR = new TopicPartition("features", 0);
  private static final TopicPartition YARD = new TopicPartition("features", 1);
  private static final long RECORDS = 8;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final Map<TopicPartition, Uuid> present = new HashMap<>();
  private final Anew listener = new Anew();
  private final Reading reading =
      new Reading(consumer, () -> Map.copyOf(present), Duration.ofNanos(1), 1 << 20);

  /** Notes what begins anew. */
  private static final class Anew implements Subscription.Listener {
    private final List<TopicPartition> partitions = new ArrayList<>();

    @Override
    public void onRecord(ConsumerRecord<ByteBuffer, ByteBuffer> message, boolean live) {}

    @Override
    public boolean wants(TopicPartition partition) {
      return true;
    }

    @Override
    public boolean wantsAgain(TopicPartition partition) {
      return false;
    }

    @Override
    public void onAnew(TopicPartition partition) {
      partitions.add(partition);
    }

    @Override
    public long wishes() {
      return 0;
    }
  }

  private void present(Uuid topic, long end) {
    for (TopicPartition partition : List.of(DOOR, YARD)) {
      present.put(partition, topic);
      consumer.updateBeginningOffsets(Map.of(partition, 0L));
      consumer.updateEndOffsets(Map.of(partition, end));
    }
  }

  private void read(long from, long until) throws InterruptedException {
    reading.look(listener);
    for (long offset = from; offset < until; offset++) {
      consumer.addRecord(new ConsumerRecord<>(DOOR.topic(), 0, offset, null, new byte[1]));
      consumer.addRecord(new ConsumerRecord<>(DOOR.topic(), 1, offset, null, new byte[1]));
    }
    consumer.poll(Duration.ZERO).forEach(reading::isLive);
    reading.rest();
  }

  private void lookAgain() throws InterruptedException {
    reading.doubt();
    reading.look(listener);
  }

  @Test
  void shouldBeginAnewAtATopicOfTheSameNameWithTheSameOffsets() throws Exception {
    present(Uuid.randomUuid(), RECORDS);
    read(0, RECORDS);
    lookAgain();
    assertThat(listener.partitions).isEmpty();
    assertThat(consumer.position(DOOR)).isEqualTo(RECORDS);

    present(Uuid.randomUuid(), RECORDS);
    lookAgain();

    assertThat(listener.partitions).containsExactlyInAnyOrder(DOOR, YARD);
    assertThat(consumer.position(DOOR)).isZero();
  }

  @Test
  void shouldBeginAnewOnceWhereOffsetsWentBackBeforeTheIdentityIsKnown() throws Exception {
    present(Uuid.randomUuid(), RECORDS);
    read(0, RECORDS);

    consumer.updateEndOffsets(Map.of(DOOR, 0L));
    reading.recover(Map.of(DOOR, RECORDS), listener);
    lookAgain();
    assertThat(listener.partitions).containsExactly(DOOR);
    present(Uuid.randomUuid(), RECORDS);
    lookAgain();
    lookAgain();

    assertThat(listener.partitions).containsExactly(DOOR, YARD);
  }

  @Test
  void shouldBeginAnewAtATopicThatWasAwayInBetween() throws Exception {
    present(Uuid.randomUuid(), RECORDS);
    read(0, RECORDS);

    present.clear();
    lookAgain();
    assertThat(reading.isEmpty()).isTrue();
    present(Uuid.randomUuid(), RECORDS);
    lookAgain();

    assertThat(listener.partitions).containsExactlyInAnyOrder(DOOR, YARD);
  }
}
