package io.s2stream.local.viewer;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.s2stream.config.KafkaSettings;
import io.s2stream.local.EmbeddedBroker;
import io.s2stream.viewer.subscribe.MessageReader;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Single messages out of topics that have more. */
@Timeout(60)
class MessageReaderIT {
  private static final String TOPIC = "frames";
  private static final int PARTITIONS = 2;
  private static final int MESSAGES = 20; // a partition
  private static final int BYTES = 300_000;

  @Test
  void shouldReadWhatIsAskedForAndNoMore() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // given
      publish(broker.bootstrapServers());

      // when every third is looked up, backwards and in turn of both partitions
      int read = 0;
      double bytes;
      try (MessageReader reader =
          new MessageReader(
              KafkaSettings.of(
                  Map.of("bootstrap.servers", broker.bootstrapServers(), "client.id", "lookup")))) {
        for (int offset = MESSAGES - 1; offset >= 0; offset -= 3) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            ByteBuffer value = reader.value(new TopicPartition(TOPIC, partition), offset);
            assertThat(value).isEqualTo(ByteBuffer.wrap(message(partition, offset)));
            read++;
          }
        }
        assertThat(reader.value(new TopicPartition(TOPIC, 0), MESSAGES)).isNull();
        bytes = bytesFromTheBroker();
      }

      // then little more than these came
      assertThat(bytes).isBetween((double) read * BYTES, 1.1 * read * BYTES);
    }
  }

  private static void publish(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "batch.size", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
      for (int offset = 0; offset < MESSAGES; offset++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          var unused =
              producer
                  .send(new ProducerRecord<>(TOPIC, partition, null, message(partition, offset)))
                  .get();
        }
      }
    }
  }

  private static byte[] message(int partition, int offset) {
    byte[] bytes = new byte[BYTES];
    bytes[0] = (byte) partition;
    bytes[BYTES - 1] = (byte) offset;
    return bytes;
  }

  private static double bytesFromTheBroker() throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    return (double)
        beans.getAttribute(
            new ObjectName("kafka.consumer:type=consumer-metrics,client-id=lookup"),
            "incoming-byte-total");
  }
}
