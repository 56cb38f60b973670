package io.s2stream.local.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.s2stream.config.KafkaSettings;
import io.s2stream.local.LocalStack;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many partitions of large frames before a device that stands: lag grows in Kafka, not here. */
@Timeout(240)
class BoundedHeapIT {
  private static final int PARTITIONS = 64;
  private static final int PER_PARTITION = 8;
  private static final int SIDE = 832; // 2.08 MB a frame
  private static final int HEAP_MIB = 900;
  private static final int FLAT_SECONDS = 10;

  /** Frames that are in the heap at the least once the buffers are full. */
  private static final int LEAST_FILLED = 32;

  @TempDir private Path folder;

  @Test
  void shouldKeepItsHeapWhileFramesOfManyPartitionsWait() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      // given more frames than the processor's heap holds
      KafkaSettings kafka = KafkaSettings.of(stack.kafkaProperties());
      assertThat((long) PARTITIONS * PER_PARTITION * 3 * SIDE * SIDE)
          .isGreaterThan((long) HEAP_MIB << 20);
      sendFrames(kafka);
      Path config =
          Files.writeString(
              folder.resolve("process.yaml"),
              """
              kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
              tower: {model-dir: unused}
              max-frames-per-record: 1
              forward-timeout: 3m
              """
                  .formatted(stack.bootstrapServers(), stack.registryUrl()));

      // when the device stands, and long enough for all buffers to fill
      Path go = folder.resolve("go");
      Path log = folder.resolve("log");
      Process processor = start(config, go, log);
      try {
        awaitLine(processor, log, "started");
        awaitFlat(processor, log);

        // then it still works, and everything comes through
        Files.createFile(go);
        assertThat(features(kafka, processor)).isEqualTo(PARTITIONS * PER_PARTITION);
        assertThat(Files.readString(log)).doesNotContain("OutOfMemoryError");
      } finally {
        processor.destroyForcibly().waitFor();
      }
    }
  }

  private Process start(Path config, Path go, Path log) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP_MIB + "m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            HeldProcessor.class.getName(),
            config.toString(),
            go.toString(),
            Integer.toString(SIDE))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Bytes in use, once a second. */
  private static List<Long> heap(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith("heap "))
        .map(line -> Long.valueOf(line.substring("heap ".length())))
        .toList();
  }

  /**
   * Until the buffers are full and the heap has stayed the same for a while; it may never do so.
   */
  private static void awaitFlat(Process processor, Path log) {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .failFast(() -> assertThat(processor.isAlive()).as(Files.readString(log)).isTrue())
        .untilAsserted(
            () -> {
              List<Long> heap = heap(log);
              assertThat(heap).hasSizeGreaterThanOrEqualTo(FLAT_SECONDS);
              List<Long> last = heap.subList(heap.size() - FLAT_SECONDS, heap.size());
              assertThat(Collections.max(last))
                  .as(heap.toString())
                  .isLessThan((long) (1.05 * Collections.min(last)))
                  .isLessThan((long) HEAP_MIB << 20)
                  .isGreaterThan(LEAST_FILLED * 3L * SIDE * SIDE);
            });
  }

  private static void awaitLine(Process process, Path log, String line) throws Exception {
    while (!Files.readString(log).contains(line)) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(100); // bounded by the test's own timeout
    }
  }

  private static void sendFrames(KafkaSettings kafka) throws Exception {
    try (TopicPreflight topics = TopicPreflight.connect(kafka, Duration.ofSeconds(20))) {
      topics.ensure(new TopicSpec("s2.frames", 3L << 20, PARTITIONS, 1, true));
    }
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(kafka.producer(), false);
    Frame frame = new Frame(0L, 0L, 0L, false, ByteBuffer.allocate(3 * SIDE * SIDE));
    byte[] value =
        serializer.serialize(
            "s2.frames",
            new FrameBatch("cam", 0L, SIDE, SIDE, PixelEncoding.RGB24, List.of(frame), false));
    Map<String, Object> properties = kafka.producer();
    properties.put("max.request.size", 4 << 20);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < PARTITIONS * PER_PARTITION; i++) {
        producer.send(new ProducerRecord<>("s2.frames", i % PARTITIONS, "cam-" + i, value));
      }
    }
  }

  private static int features(KafkaSettings kafka, Process processor) {
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    int found = 0;
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          consumer.partitionsFor("s2.features").stream()
              .map(partition -> new TopicPartition("s2.features", partition.partition()))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      while (found < PARTITIONS * PER_PARTITION && processor.isAlive()) {
        found += consumer.poll(Duration.ofMillis(200)).count();
      }
    }
    return found;
  }
}
