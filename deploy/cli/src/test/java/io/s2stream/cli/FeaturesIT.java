package io.s2stream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
      StringWriter out = new StringWriter();
      CommandLine s2 = S2.commandLine(new StopSignal());
      s2.setOut(new PrintWriter(out, true));
      s2.setErr(new PrintWriter(out, true));
      int code =
          s2.execute(
              "features",
              "--bootstrap-servers",
              stack.bootstrapServers(),
              "--schema-registry",
              stack.registryUrl(),
              "--from-beginning",
              "--stream",
              "cam-b",
              "--max",
              "3",
              "--json",
              "--save",
              folder.toString());

      // then the limit counts that stream's records
      assertThat(code).as(out.toString()).isZero();
      List<String> lines = out.toString().lines().toList();
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

  private static void send(KafkaSettings kafka) throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
    }
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(kafka.producer(), false);
    try (KafkaProducer<String, FeatureRecord> producer =
        new KafkaProducer<>(kafka.producer(), new StringSerializer(), serializer::serialize)) {
      for (long index = 0; index < 5; index++) {
        for (String stream : List.of("cam-a", "cam-b")) {
          producer.send(new ProducerRecord<>(TOPIC, stream, record(stream, index))).get();
        }
      }
    }
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
