package io.s2stream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.KafkaSettings;
import io.s2stream.local.LocalStack;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** Dead letters of a real processor, listed, shown and replayed after a fix. */
@Timeout(180)
class DlqIT {
  /** Not long ago: the broker deletes records that are older than its retention. */
  private static final long TIME = System.currentTimeMillis() - 1_234;

  private static final int SIDE = 64;

  @TempDir private Path folder;
  private LocalStack stack;
  private KafkaSettings kafka;

  private record Output(int code, String text) {}

  @BeforeEach
  void start() throws Exception {
    stack = LocalStack.start();
    kafka = KafkaSettings.of(stack.kafkaProperties());
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void shouldListShowAndReplayEachDeadLetterOnce() throws Exception {
    byte[] tooLarge = batch(2);
    byte[] poison = "no frame batch".getBytes(StandardCharsets.UTF_8);

    // given three dead letters that a setting mends, and two that nothing does
    try (ProcessorApp processor = processor(1)) {
      for (byte[] value : List.of(tooLarge, poison, tooLarge, poison, tooLarge)) {
        send(value);
      }
      assertThat(consume("s2.frames.dlq", 5)).hasSize(5);
    }

    // when listed
    JsonNode list = new ObjectMapper().readTree(dlq("list", "--json", "--limit", "2").text());
    assertThat(list.get("total").asInt()).isEqualTo(5);
    assertThat(list.at("/reasons/too-large").asInt()).isEqualTo(3);
    assertThat(list.at("/reasons/wrong-magic").asInt()).isEqualTo(2);
    assertThat(list.get("letters")).hasSize(2);
    assertThat(list.at("/letters/0/source_offset").asInt()).isEqualTo(4);
    assertThat(dlq("list", "--reason", "wrong-magic").text())
        .contains("2 dead letters in s2.frames.dlq", "cam  from s2.frames-0@3, 14 bytes");

    // when shown
    String position = list.at("/letters/0/position").asText();
    Path value = folder.resolve("value");
    assertThat(dlq("show", position, "-o", value.toString()).text())
        .contains("key: cam", "header trace: 0x00ff7f", "header s2-reason: too-large");
    assertThat(Files.readAllBytes(value)).isEqualTo(tooLarge);
    assertThat(dlq("show", "0@999999").code()).isEqualTo(1);

    // when replayed after the fix, first not in earnest
    assertThat(dlq("replay", "--dry-run").text()).contains("would have replayed 5");
    Output replayed = dlq("replay", "--reason", "too-large", "--limit", "2");
    assertThat(replayed).isEqualTo(new Output(0, "replayed 2; there may be more\n"));
    assertThat(dlq("replay", "--reason", "too-large").text()).isEqualTo("replayed 1\n");
    assertThat(dlq("replay", "--reason", "too-large").text()).isEqualTo("replayed 0\n");
    assertThat(groups()).contains("s2-dlq-replay-s2.frames.dlq"); // of this topic alone
    try (ProcessorApp processor = processor(2)) {

      // then each comes once, with its own headers
      List<ConsumerRecord<String, byte[]>> features = consume("s2.features", 3);
      assertThat(features).hasSize(3);
      List<ConsumerRecord<String, byte[]>> frames = consume("s2.frames", 8);
      for (ConsumerRecord<String, byte[]> again : frames.subList(5, 8)) {
        assertThat(again.value()).isEqualTo(tooLarge);
        assertThat(again.key()).isEqualTo("cam");
        assertThat(again.timestamp()).isEqualTo(TIME);
        assertThat(again.headers().toArray())
            .containsExactly(
                new RecordHeader("trace", new byte[] {0, -1, 127}), header("s2-replays", "1"));
      }

      // when what can't be mended is replayed for as often as that is allowed
      assertThat(dlq("replay", "--max-rounds", "1").text()).isEqualTo("replayed 2\n");
      assertThat(consume("s2.frames.dlq", 7)).hasSize(7);
      assertThat(dlq("replay", "--max-rounds", "1"))
          .satisfies(
              output -> {
                assertThat(output.code()).isEqualTo(1);
                assertThat(output.text()).contains("replayed 0; left 2");
              });

      // then it can be put aside
      assertThat(dlq("replay", "--skip").text()).contains("skipped 2");
      assertThat(dlq("replay").text()).isEqualTo("replayed 0\n");
    }
  }

  private List<String> groups() throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      return admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
    }
  }

  private Output dlq(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of("dlq", command));
    arguments.addAll(List.of("--bootstrap-servers", stack.bootstrapServers()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    CommandLine s2 = S2.commandLine(new StopSignal());
    s2.setOut(new PrintWriter(out));
    s2.setErr(new PrintWriter(out, true));
    int code = s2.execute(arguments.toArray(String[]::new));
    return new Output(code, out.toString());
  }

  private ProcessorApp processor(int maxFrames) throws Exception {
    return ProcessorApp.start(
        ConfigParser.parse(
            """
            kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
            tower: {model-dir: ../../processor/src/main/model/demo-vit}
            topics: {partitions: 1}
            max-frames-per-record: %d
            """
                .formatted(stack.bootstrapServers(), stack.registryUrl(), maxFrames),
            "test",
            ProcessorConfig.class,
            Map.of()));
  }

  private byte[] batch(int frames) {
    Frame frame = new Frame(0L, 0L, 0L, false, ByteBuffer.allocate(3 * SIDE * SIDE));
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(kafka.producer(), false);
    return serializer.serialize(
        "s2.frames",
        new FrameBatch(
            "cam", 0L, SIDE, SIDE, PixelEncoding.RGB24, Collections.nCopies(frames, frame), false));
  }

  private void send(byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer())) {
      RecordHeader trace = new RecordHeader("trace", new byte[] {0, -1, 127});
      producer.send(new ProducerRecord<>("s2.frames", 0, TIME, "cam", value, List.of(trace))).get();
    }
  }

  private List<ConsumerRecord<String, byte[]>> consume(String topic, int count) {
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (records.size() < count) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
