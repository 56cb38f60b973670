package io.s2stream.local;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.avro.Schema;

/** Messages of the frames topic that can't be processed, each in its own way. */
final class PoisonMessages {
  private static final byte[] TWO_GIBIBYTES = {-2, -1, -1, -1, 15}; // as a varint

  private final SchemaRegistry registry;
  private final S2AvroSerializer serializer;
  private final int side;

  /**
   * @param side of a good frame, in pixels
   */
  PoisonMessages(KafkaSettings kafka, int side) {
    this.registry = SchemaRegistry.configured(kafka.producer());
    this.serializer = new S2AvroSerializer(registry);
    this.serializer.configure(kafka.producer(), false);
    this.side = side;
  }

  /** Messages by the reason they must have, all smaller than 4 MiB. */
  Map<String, List<byte[]>> byReason() throws IOException {
    byte[] good = good(0);
    byte[] jpeg = jpeg(side, side);
    Map<String, List<byte[]>> all = new LinkedHashMap<>();
    all.put("wrong-magic", List.of(utf8("not a record"), new byte[0], new byte[] {0, 0}));
    all.put("unknown-schema", List.of(message(999_999, new byte[100])));
    all.put("schema-mismatch", List.of(featureRecord(), message(incompatible(), new byte[100])));
    all.put(
        "undecodable",
        List.of(
            Arrays.copyOf(good, good.length - 1),
            message(ByteBuffer.wrap(good).getInt(1), utf8("no Avro record of a frame batch")),
            message(ByteBuffer.wrap(good).getInt(1), TWO_GIBIBYTES),
            payloadOfLength(good, TWO_GIBIBYTES),
            payloadOfLength(good, new byte[] {1}))); // -1
    all.put("no-frames", List.of(batch(side, side, PixelEncoding.RGB24, List.of())));
    all.put("unknown-encoding", List.of(frame(side, side, PixelEncoding.UNKNOWN, new byte[9])));
    all.put(
        "bad-dimensions",
        List.of(
            frame(Integer.MAX_VALUE, Integer.MAX_VALUE, PixelEncoding.RGB24, new byte[9]),
            frame(30_000, 30_000, PixelEncoding.JPEG, jpeg),
            frame(-side, side, PixelEncoding.RGB24, new byte[9])));
    all.put(
        "size-mismatch",
        List.of(
            frame(side, side, PixelEncoding.RGB24, new byte[3 * side * side - 1]),
            frame(side, side, PixelEncoding.JPEG, claiming(jpeg, 65_500))));
    all.put(
        "damaged-frame",
        List.of(
            frame(side, side, PixelEncoding.JPEG, Arrays.copyOf(jpeg, jpeg.length / 2)),
            frame(side, side, PixelEncoding.JPEG, utf8("no JPEG"))));
    all.put(
        "unsupported-size",
        List.of(frame(side, side / 2, PixelEncoding.RGB24, new byte[3 * side * side / 2])));
    all.put("too-large", List.of(raw(2)));
    return all;
  }

  /** A frame batch that can be processed. */
  byte[] good(int index) {
    Frame frame = new Frame((long) index, 0L, 0L, false, ByteBuffer.allocate(3 * side * side));
    return serializer.serialize(
        "s2.frames",
        new FrameBatch(
            "cam", (long) index, side, side, PixelEncoding.RGB24, List.of(frame), false));
  }

  /** A batch of one frame of one pixel. */
  byte[] pixel(byte red) {
    return frame(1, 1, PixelEncoding.RGB24, new byte[] {red, 0, 0});
  }

  /** A batch of so many raw frames. */
  byte[] raw(int frames) {
    return batch(
        side,
        side,
        PixelEncoding.RGB24,
        Collections.nCopies(
            frames, new Frame(0L, 0L, 0L, false, ByteBuffer.allocate(3 * side * side))));
  }

  private byte[] frame(int width, int height, PixelEncoding encoding, byte[] data) {
    Frame frame = new Frame(0L, 0L, 0L, false, ByteBuffer.wrap(data));
    return batch(width, height, encoding, List.of(frame));
  }

  private byte[] batch(int width, int height, PixelEncoding encoding, List<Frame> frames) {
    return serializer.serialize(
        "s2.frames", new FrameBatch("cam", 0L, width, height, encoding, frames, false));
  }

  private byte[] featureRecord() {
    FeatureRecord record =
        FeatureRecord.newBuilder()
            .setStreamId("cam")
            .setFirstFrameIndex(0)
            .setFrames(List.of())
            .setShape(List.of(0, 1, 1))
            .setGrid(List.of(1, 1))
            .setPrefixTokens(0)
            .setDtype(io.s2stream.schemas.TensorType.FLOAT16)
            .setImageSizes(List.of())
            .setTower("t")
            .setTowerSha256("00")
            .setProcessorVersion("0")
            .setEndOfStream(false)
            .setData(ByteBuffer.allocate(0))
            .build();
    return serializer.serialize("s2.features", record);
  }

  /** Another schema of the same name, which this version can't read. */
  private int incompatible() {
    return registry.register(
        "elsewhere-value",
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"FrameBatch\",\"namespace\":\"io.s2stream.schemas\","
                    + "\"fields\":[{\"name\":\"width\",\"type\":\"string\"}]}"));
  }

  private static byte[] message(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  /** Claims another length of the one frame's pixels, whose own is a varint of 3 bytes. */
  private byte[] payloadOfLength(byte[] good, byte[] length) {
    int payload = good.length - 2 - 3 * side * side;
    ByteBuffer hostile = ByteBuffer.allocate(good.length - 3 + length.length);
    hostile.put(good, 0, payload - 3).put(length);
    hostile.put(good, payload, good.length - payload);
    return hostile.array();
  }

  /** The same JPEG, whose header claims that it is so many pixels high. */
  private static byte[] claiming(byte[] jpeg, int height) {
    byte[] hostile = jpeg.clone();
    for (int at = 2; at < hostile.length; at += 2 + ByteBuffer.wrap(hostile).getShort(at + 2)) {
      if (hostile[at + 1] == (byte) 0xc0) { // start of frame: length, precision, height
        ByteBuffer.wrap(hostile).putShort(at + 5, (short) height);
        return hostile;
      }
    }
    throw new IllegalArgumentException("no baseline JPEG");
  }

  private static byte[] jpeg(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR), "jpeg", out);
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
