package io.s2stream.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

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

import static io.s2stream.examples.DoorRecords.START;
import static io.s2stream.examples.DoorRecords.box;
import static io.s2stream.examples.DoorRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

class DetectionJoinTest {
  private static final Map<String, String> REGISTRY =
      Map.of("schema.registry.url", "mock://detection-join");

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
}
