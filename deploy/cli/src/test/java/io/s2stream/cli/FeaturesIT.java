package io.s2stream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.config.KafkaSettings;
import io.s2stream.local.LocalStack;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 features} on a topic with several streams, of a real broker and registry. */
@Timeout(120)
class FeaturesIT {
  private static final String TOPIC = "s2.features";

  @TempDir private Path folder;

  @Test
  void shouldPrintAndSaveOneStreamAloneWhenItIsAskedFor() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      // given two streams whose records take turns
      send(KafkaSettings.of(stack.kafkaProperties()));

      // when
      Printed printed =
          features(stack, "--stream", "cam-b", "--max", "3", "--json", "--save", folder.toString());

      // then the limit counts that stream's records
      assertThat(printed.code()).as(printed.errors()).isZero();
      List<String> lines = printed.lines();
      assertThat(lines).hasSize(3);
      for (int i = 0; i < lines.size(); i++) {
        var record = new ObjectMapper().readTree(lines.get(i));
        assertThat(record.get("stream_id").asText()).isEqualTo("cam-b");
        assertThat(record.get("first_frame_index").asInt()).isEqualTo(i);
      }
      try (var saved = Files.list(folder)) {
        assertThat(saved).hasSize(3).allMatch(f -> f.getFileName().toString().startsWith("cam-b-"));
      }
    }
  }

  @Test
  void shouldNameWhatIsOddAndGoOnWhenRecordsOfOthersAreAmongThem() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      // given what others may write, each before a record of ours
      KafkaSettings kafka = KafkaSettings.of(stack.kafkaProperties());
      List<Consumer<FeatureRecord>> oddities =
          List.of(
              record -> record.setShape(List.of()),
              record -> record.setShape(List.of(1, 8)),
              record -> record.setShape(List.of(1, 4, 3)),
              record -> record.setDtype(TensorType.UNKNOWN),
              record -> {
                record.setShape(List.of(1, 0, 2));
                record.setData(ByteBuffer.allocate(0));
              },
              record -> {
                record.setShape(List.of(0, 4, 2));
                record.setFrames(List.of());
                record.setData(ByteBuffer.allocate(0));
              },
              record -> record.setGrid(List.of(3, 2)));
      try (KafkaProducer<String, FeatureRecord> records = producer(kafka);
          KafkaProducer<String, String> texts =
              new KafkaProducer<>(
                  kafka.producer(), new StringSerializer(), new StringSerializer())) {
        makeTopic(kafka, 1);
        for (int i = 0; i < oddities.size(); i++) {
          FeatureRecord odd = record("cam-a", 100 + i);
          oddities.get(i).accept(odd);
          records.send(new ProducerRecord<>(TOPIC, "cam-a", odd)).get();
          records.send(new ProducerRecord<>(TOPIC, "cam-a", record("cam-a", i))).get();
        }
        texts.send(new ProducerRecord<>(TOPIC, "cam-a", "no feature record")).get();
        texts.send(new ProducerRecord<>(TOPIC, "cam-a", null)).get();
        records.send(new ProducerRecord<>(TOPIC, "cam-a", record("cam-a", 7))).get();
      }

      // when
      Path picture = folder.resolve("pca.png");
      Path saved = folder.resolve("saved");
      Printed printed =
          features(
              stack,
              "--max",
              "8",
              "--stats",
              "--pca",
              picture.toString(),
              "--save",
              saved.toString());
      Printed metadata = features(stack, "--max", "15", "--json");

      // then each is named in a line of its own, and none counts
      assertThat(printed.code()).as(printed.errors()).isZero();
      assertThat(printed.lines()).hasSize(8);
      for (int i = 0; i < 8; i++) {
        assertThat(printed.lines().get(i)).startsWith("cam-a  frame " + i + " ");
      }
      List<String> errors = printed.errors().lines().toList();
      List<String> reasons =
          List.of(
              "shape []: shape must be [B, N, C]",
              "shape [1, 8]: shape must be [B, N, C]",
              "data has 16 bytes, expected 24",
              "Element type UNKNOWN",
              "shape [1, 0, 2]: it has no features",
              "shape [0, 4, 2]: it has no features",
              "its tokens are not 0 prefix tokens and a grid of [3, 2]",
              "not in Confluent's wire format",
              "it has no value");
      assertThat(errors).hasSize(reasons.size());
      for (int i = 0; i < reasons.size(); i++) {
        int offset = i < oddities.size() ? 2 * i : oddities.size() + i;
        assertThat(errors.get(i))
            .startsWith("s2: s2.features 0@" + offset + " is left out: ")
            .contains(reasons.get(i));
      }
      // and nothing is kept of them
      try (var files = Files.list(saved)) {
        assertThat(files)
            .hasSize(8)
            .noneMatch(f -> f.getFileName().toString().contains("-0000001"));
      }
      // and where nobody looks into the tensor, all records are shown as they are
      assertThat(metadata.code()).as(metadata.errors()).isZero();
      assertThat(metadata.lines()).hasSize(15);
      assertThat(metadata.lines().get(0)).contains("\"shape\":[]");
      assertThat(metadata.errors().lines()).hasSize(2);
    }
  }

  private record Printed(int code, List<String> lines, String errors) {}

  private static Printed features(LocalStack stack, String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine s2 = S2.commandLine(new StopSignal());
    s2.setOut(new PrintWriter(out, true));
    s2.setErr(new PrintWriter(err, true));
    List<String> args = new ArrayList<>(List.of("features", "--from-beginning"));
    args.addAll(List.of("--bootstrap-servers", stack.bootstrapServers()));
    args.addAll(List.of("--schema-registry", stack.registryUrl()));
    args.addAll(List.of(options));
    int code = s2.execute(args.toArray(new String[0]));
    return new Printed(code, out.toString().lines().toList(), err.toString());
  }

  private static void send(KafkaSettings kafka) throws Exception {
    makeTopic(kafka, 2);
    try (KafkaProducer<String, FeatureRecord> producer = producer(kafka)) {
      for (long index = 0; index < 5; index++) {
        for (String stream : List.of("cam-a", "cam-b")) {
          producer.send(new ProducerRecord<>(TOPIC, stream, record(stream, index))).get();
        }
      }
    }
  }

  private static void makeTopic(KafkaSettings kafka, int partitions) throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      admin.createTopics(List.of(new NewTopic(TOPIC, partitions, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<String, FeatureRecord> producer(KafkaSettings kafka) {
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(kafka.producer(), false);
    return new KafkaProducer<>(kafka.producer(), new StringSerializer(), serializer::serialize);
  }

  private static FeatureRecord record(String stream, long index) {
    return FeatureRecord.newBuilder()
        .setStreamId(stream)
        .setFirstFrameIndex(index)
        .setFrames(List.of(new FrameInfo(index, 1_000 * index, 0L, false)))
        .setShape(List.of(1, 4, 2))
        .setGrid(List.of(2, 2))
        .setPrefixTokens(0)
        .setDtype(TensorType.FLOAT16)
        .setImageSizes(List.of(List.of(28, 28)))
        .setTower("tower")
        .setTowerSha256("0".repeat(64))
        .setProcessorVersion("test")
        .setData(ByteBuffer.allocate(16))
        .build();
  }
}
