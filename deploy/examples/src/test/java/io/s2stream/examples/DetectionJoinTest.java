package io.s2stream.examples;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DetectionJoinTest {
  private static final Map<String, String> REGISTRY =
      Map.of("schema.registry.url", "mock://detection-join");
  private static final long START = 1_700_000_000_000_000L;

  @TempDir private Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<String, SpecificRecord> features;
  private TestInputTopic<String, Detection> detections;
  private TestOutputTopic<String, ObjectFeatures> objects;

  @BeforeEach
  void start() {
    Properties properties = new Properties();
    properties.put("application.id", "detection-join");
    properties.put("bootstrap.servers", "unused:1");
    properties.put("state.dir", state.toString());
    driver =
        new TopologyTestDriver(
            DetectionJoin.topology(REGISTRY, "s2.features", "objects", Duration.ofMillis(100)),
            properties);
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(REGISTRY, false);
    var keys = Serdes.String();
    features = driver.createInputTopic("s2.features", keys.serializer(), serializer);
    detections =
        driver.createInputTopic(
            DetectionJoin.DETECTIONS,
            keys.serializer(),
            JsonSerde.of(Detection.class).serializer());
    objects =
        driver.createOutputTopic(
            "objects", keys.deserializer(), JsonSerde.of(ObjectFeatures.class).deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldGiveTheMeanOfThePatchesInTheBoxWhenTimesAgree() {
    detections.pipeInput("door", box(START + 250_000, "person", 0, 0, 0.5, 1));
    detections.pipeInput("door", box(START + 250_000, "bag", 0.6, 0.6, 0.7, 0.7));

    features.pipeInput("door", record(0, 3));

    List<ObjectFeatures> found = objects.readValuesToList();
    assertThat(found).extracting(o -> o.detection().label()).containsExactly("person", "bag");
    assertThat(found).extracting(ObjectFeatures::frameIndex).containsOnly(1L);
    // Patches of frame 1 are 10, 11 / 12, 13: the left column, then the lower right one.
    assertThat(found.get(0).vector()).containsExactly(11, -11);
    assertThat(found.get(1).vector()).containsExactly(13, -13);
  }

  @Test
  void shouldNotJoinWhenStreamOrTimeDiffer() {
    detections.pipeInput("yard", box(START, "person", 0, 0, 1, 1));
    detections.pipeInput("door", box(START + 125_000, "between two frames", 0, 0, 1, 1));

    features.pipeInput("door", record(0, 3));

    assertThat(objects.isEmpty()).isTrue();
  }

  @Test
  void shouldJoinWithinTheTolerance() {
    detections.pipeInput("door", box(START + 90_000, "late by 90 ms", 0, 0, 1, 1));

    features.pipeInput("door", record(0, 1));

    assertThat(objects.readValue().frameIndex()).isZero();
  }

  @Test
  void shouldPassOverTheEndOfAStream() {
    detections.pipeInput("door", box(START, "person", 0, 0, 1, 1));

    features.pipeInput("door", record(0, 0));

    assertThat(objects.isEmpty()).isTrue();
  }

  private static Detection box(
      long micros, String label, double left, double top, double right, double bottom) {
    return new Detection(micros, label, left, top, right, bottom);
  }

  /**
   * Frames at 4 frames/s, one prefix token and 2 x 2 patches: patch p of frame f is ±(10 f + p).
   */
  private static FeatureRecord record(int first, int count) {
    ByteBuffer data = ByteBuffer.allocate(count * 5 * 2 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int frame = 0; frame < count; frame++) {
      data.putFloat(1_000).putFloat(1_000);
      for (int patch = 0; patch < 4; patch++) {
        data.putFloat(10 * frame + patch).putFloat(-10 * frame - patch);
      }
    }
    return FeatureRecord.newBuilder()
        .setStreamId("door")
        .setFirstFrameIndex(first)
        .setFrames(
            IntStream.range(first, first + count)
                .mapToObj(i -> new FrameInfo((long) i, 250_000L * i, START + 250_000L * i, false))
                .toList())
        .setShape(List.of(count, 5, 2))
        .setGrid(List.of(2, 2))
        .setPrefixTokens(1)
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(List.of(List.of(224, 224)))
        .setTower("tower")
        .setTowerSha256("0")
        .setProcessorVersion("test")
        .setEndOfStream(count == 0)
        .setData(data.flip())
        .build();
  }
}
