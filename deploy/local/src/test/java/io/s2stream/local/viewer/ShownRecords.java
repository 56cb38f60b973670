package io.s2stream.local.viewer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.FeatureHeaders;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes frames and features as the services would, with features that a test knows: two scales
 * of four channels on a grid of 6 x 8 patches.
 */
final class ShownRecords implements AutoCloseable {
  static final int ROWS = 6;
  static final int COLUMNS = 8;
  static final int CHANNELS = 8;
  private static final int SIDE = 48;
  private static final long STEP_MICROS = 500_000;

  private final KafkaProducer<String, byte[]> producer;
  private final S2AvroSerializer serializer = new S2AvroSerializer();
  private long lastCaptureMicros;

  ShownRecords(KafkaSettings kafka) throws Exception {
    makeTopics(kafka);
    producer =
        new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer());
    serializer.configure(kafka.producer(), false);
  }

  /** Makes those topics that aren't there. */
  static void makeTopics(KafkaSettings kafka) throws Exception {
    try (TopicPreflight topics = TopicPreflight.connect(kafka, Duration.ofSeconds(20))) {
      for (String topic : List.of("s2.frames", "s2.features", "s2.frames.dlq")) {
        topics.ensure(new TopicSpec(topic, 1 << 20, 2, 1, true));
      }
    }
  }

  /** {@code [ROWS * COLUMNS][CHANNELS]}: what stream and frame choose, the same each time. */
  static float[][] features(String stream, long index) {
    Random random = new Random(stream.hashCode());
    Random change = new Random(stream.hashCode() * 31L + index);
    float[][] patches = new float[ROWS * COLUMNS][CHANNELS];
    for (float[] patch : patches) {
      for (int c = 0; c < CHANNELS; c++) {
        patch[c] = (float) (random.nextGaussian() + 0.2 * change.nextGaussian());
      }
    }
    return patches;
  }

  void publish(String stream, long index) throws Exception {
    publish(List.of(stream), index);
  }

  /** Returns when all of it is in the topics. */
  void publish(List<String> streams, long index) throws Exception {
    long micros = captureMicros();
    List<Future<RecordMetadata>> places = new ArrayList<>();
    for (String stream : streams) {
      places.add(
          producer.send(
              new ProducerRecord<>(
                  "s2.frames", stream, bytes("s2.frames", frame(stream, index, micros)))));
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      RecordMetadata place = places.get(i).get();
      FeatureRecord features = record(streams.get(i), index, micros);
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  "s2.features",
                  null,
                  micros / 1_000,
                  streams.get(i),
                  bytes("s2.features", features),
                  FeatureHeaders.of(
                      new RecordHeaders(),
                      features,
                      new TopicPartition(place.topic(), place.partition()),
                      place.offset()))));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
  }

  /** Now, but never the same twice, however quick the machine is: no camera does that. */
  private long captureMicros() {
    lastCaptureMicros = Math.max(lastCaptureMicros + 1_000, System.currentTimeMillis() * 1_000);
    return lastCaptureMicros;
  }

  private static FrameBatch frame(String stream, long index, long micros) {
    ByteBuffer pixels = ByteBuffer.allocate(3 * SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++) {
      pixels.put((byte) (5 * (i % SIDE))).put((byte) (5 * (i / SIDE))).put((byte) (40 * index));
    }
    return new FrameBatch(
        stream,
        index,
        SIDE,
        SIDE,
        PixelEncoding.RGB24,
        List.of(new Frame(index, index * STEP_MICROS, micros, false, pixels.flip())),
        false);
  }

  private static FeatureRecord record(String stream, long index, long micros) {
    ByteBuffer data =
        ByteBuffer.allocate(4 * ROWS * COLUMNS * CHANNELS).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] patch : features(stream, index)) {
      IntStream.range(0, CHANNELS).forEach(c -> data.putFloat(patch[c]));
    }
    return FeatureRecord.newBuilder()
        .setStreamId(stream)
        .setFirstFrameIndex(index)
        .setFrames(List.of(new FrameInfo(index, index * STEP_MICROS, micros, false)))
        .setShape(List.of(1, ROWS * COLUMNS, CHANNELS))
        .setGrid(List.of(ROWS, COLUMNS))
        .setPrefixTokens(0)
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(List.of(List.of(24, 32), List.of(48, 64)))
        .setTower("known")
        .setTowerSha256("00ff")
        .setProcessorVersion("test")
        .setEndOfStream(false)
        .setData(data.flip())
        .build();
  }

  private byte[] bytes(String topic, SpecificRecord record) {
    return serializer.serialize(topic, record);
  }

  @Override
  public void close() {
    producer.close();
  }
}
