package io.s2stream.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.FeatureHeaders;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Streams as the services publish them at the demo's sizes: frames of 448 x 448, features {@code
 * [1, 196, 384]} in float16. A tower would take the machine that is to be measured.
 */
final class ViewedStreams implements AutoCloseable {
  private static final int SIDE = 448;
  private static final int TOKENS = 196;
  private static final int CHANNELS = 384;
  private static final int PICTURES = 8;

  private final KafkaProducer<String, byte[]> producer;
  private final S2AvroSerializer serializer = new S2AvroSerializer();
  private final PixelEncoding encoding;
  private final byte[][] pictures = new byte[PICTURES][];
  private final byte[][] features = new byte[PICTURES][2 * TOKENS * CHANNELS];

  ViewedStreams(Map<String, String> kafka, boolean jpeg)
      throws IOException, TopicException, InterruptedException {
    KafkaSettings settings = KafkaSettings.of(kafka);
    try (TopicPreflight topics = TopicPreflight.connect(settings, Duration.ofSeconds(20))) {
      for (String topic : List.of("s2.frames", "s2.features", "s2.frames.dlq")) {
        topics.ensure(new TopicSpec(topic, 2 << 20, 4, 1, true));
      }
    }
    Map<String, Object> properties = settings.producer();
    properties.put("max.request.size", 4 << 20);
    producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    serializer.configure(properties, false);
    encoding = jpeg ? PixelEncoding.JPEG : PixelEncoding.RGB24;
    Random random = new Random(1);
    for (int i = 0; i < PICTURES; i++) {
      pictures[i] = picture(i, random, jpeg);
      random.nextBytes(features[i]);
      for (int high = 1; high < features[i].length; high += 2) {
        features[i][high] = (byte) (0x38 | features[i][high] & 0x83); // ±0.5 to 2, never NaN
      }
    }
  }

  private static byte[] picture(int number, Random random, boolean jpeg) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int noise = random.nextInt(24);
        int red = (int) (115 + 100 * Math.sin((x + 9 * number) / 23.0)) + noise;
        int green = (int) (115 + 100 * Math.sin((y - 5 * number) / 31.0)) + noise;
        int blue = (int) (115 + 100 * Math.sin((x + y) / 17.0)) + noise;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
        int at = 3 * (y * SIDE + x);
        rgb[at] = (byte) red;
        rgb[at + 1] = (byte) green;
        rgb[at + 2] = (byte) blue;
      }
    }
    if (!jpeg) {
      return rgb;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    return bytes.toByteArray();
  }

  /** Publishes one frame of a stream and its features, and waits until the brokers have them. */
  void publish(String stream, long index, long ptsMicros) throws Exception {
    long micros = System.currentTimeMillis() * 1_000;
    int picture = (int) (index % PICTURES);
    FrameBatch batch =
        new FrameBatch(
            stream,
            index,
            SIDE,
            SIDE,
            encoding,
            List.of(new Frame(index, ptsMicros, micros, false, ByteBuffer.wrap(pictures[picture]))),
            false);
    RecordMetadata place =
        producer
            .send(
                new ProducerRecord<>("s2.frames", stream, serializer.serialize("s2.frames", batch)))
            .get();
    FeatureRecord record =
        FeatureRecord.newBuilder()
            .setStreamId(stream)
            .setFirstFrameIndex(index)
            .setFrames(List.of(new FrameInfo(index, ptsMicros, micros, false)))
            .setShape(List.of(1, TOKENS, CHANNELS))
            .setGrid(List.of(14, 14))
            .setDtype(TensorType.FLOAT16)
            .setImageSizes(List.of(List.of(224, 224), List.of(448, 448)))
            .setTower("bench")
            .setTowerSha256("00")
            .setProcessorVersion("bench")
            .setData(ByteBuffer.wrap(features[picture]))
            .build();
    producer
        .send(
            new ProducerRecord<>(
                "s2.features",
                null,
                micros / 1_000,
                stream,
                serializer.serialize("s2.features", record),
                FeatureHeaders.of(
                    new RecordHeaders(),
                    record,
                    new TopicPartition(place.topic(), place.partition()),
                    place.offset())))
        .get();
  }

  @Override
  public void close() {
    producer.close();
  }
}
