package io.s2stream.viewer.moments;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.viewer.features.Records;
import io.s2stream.viewer.figures.DeadLetters;
import io.s2stream.viewer.subscribe.MessageReader;
import io.s2stream.viewer.subscribe.ReadTopics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IntakeTest {
  private static final Map<String, ?> REGISTRY = Map.of("schema.registry.url", "mock://intake");
  private static final String TOPIC = "s2.features";

  private final SchemaRegistry registry = SchemaRegistry.configured(REGISTRY);
  private final S2AvroSerializer serializer = new S2AvroSerializer();
  private final ShownStreams streams = new ShownStreams(10);
  private final Moments moments = new Moments(1 << 20, Duration.ofHours(1));
  private final MessageReader reader =
      new MessageReader(KafkaSettings.of(Map.of("bootstrap.servers", "127.0.0.1:1")));
  private final PictureQueue pictures =
      new PictureQueue(
          reader, new S2AvroDeserializer<>(FrameBatch.class, registry), moments, new Nobody());
  private final Intake intake =
      new Intake(
          new ReadTopics(TOPIC, "s2.dlq", Set.of()),
          2,
          streams,
          moments,
          new Nobody(),
          pictures,
          new DeadLetters(value -> null),
          new S2AvroDeserializer<>(FeatureRecord.class, registry));

  private static final class Nobody implements Audience {
    @Override
    public Interest interest(int stream) {
      return Interest.NONE;
    }

    @Override
    public long changes() {
      return 0;
    }

    @Override
    public void show(ShownStream stream, Moment moment) {}
  }

  @AfterEach
  void close() {
    pictures.close();
    reader.close();
  }

  private void read(long offset, FeatureRecord record) {
    serializer.configure(REGISTRY, false);
    byte[] value = serializer.serialize(TOPIC, record);
    intake.onRecord(
        new ConsumerRecord<>(TOPIC, 0, offset, ByteBuffer.allocate(0), ByteBuffer.wrap(value)),
        true);
  }

  private static FeatureRecord record() {
    return Records.record(1, 2, 1, new float[][] {{1, 2}, {2, 1}});
  }

  @Test
  void shouldGoOnAfterRecordsThatDontFitThemselves() {
    FeatureRecord shapeless = record();
    shapeless.setShape(List.of());
    FeatureRecord frameless = record();
    frameless.setFrames(List.of());
    frameless.setSkipped("late");

    read(0, shapeless);
    read(1, frameless);
    read(2, record());

    assertThat(intake.unreadable()).isEqualTo(2);
    assertThat(moments.newest().values())
        .singleElement()
        .satisfies(moment -> assertThat(moment.features().offset()).isEqualTo(2));
  }
}
