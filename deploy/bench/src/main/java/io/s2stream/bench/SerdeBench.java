package io.s2stream.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import io.s2stream.bench.Interleaved.Times;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.registry.MemorySchemaRegistry;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The serde against a plain copy of the payload into a new array, in turn. A copy is what writing
 * needs at the least, as a producer wants an array of its own; reading needs none.
 */
@Command(
    name = "serde-bench",
    mixinStandardHelpOptions = true,
    description = "Times serializer and deserializer against a plain copy of as many bytes.")
public final class SerdeBench implements Callable<Integer> {
  private static final String TOPIC = "s2.features";
  private static final int WARM_UPS = 30_000;

  @Option(
      names = "--tokens",
      split = ",",
      defaultValue = "196,576,1024,9216",
      description = "N of the records; default: ${DEFAULT-VALUE}.")
  private List<Integer> tokens = List.of();

  @Option(
      names = "--channels",
      split = ",",
      defaultValue = "384,3072,3456,3456",
      description = "C of the records, one for each N; default: ${DEFAULT-VALUE}.")
  private List<Integer> channels = List.of();

  @Option(
      names = "--repeats",
      defaultValue = "101",
      description = "Timed runs of each; default: ${DEFAULT-VALUE}.")
  private int repeats;

  /** Keeps results alive, so that no compiler leaves the work out. */
  private volatile Object sink = "";

  public static void main(String[] args) {
    System.exit(new CommandLine(new SerdeBench()).execute(args));
  }

  @Override
  public Integer call() {
    System.out.printf(
        Locale.ROOT,
        "fastest tenth of %d%n%n| record | MB | plain copy µs/MB | write µs/MB | read µs/record |"
            + " speed of serde / copy | spread |%n|---|---|---|---|---|---|---|%n",
        repeats);
    compileAll();
    for (int i = 0; i < tokens.size(); i++) {
      line(tokens.get(i), channels.get(i));
    }
    return 0;
  }

  /**
   * The compiler's last form comes after some ten thousand calls, which large records alone would
   * need minutes for.
   */
  private void compileAll() {
    byte[] payload = new byte[1 << 11];
    FeatureRecord record = record(1, payload.length / 2, payload);
    MemorySchemaRegistry registry = new MemorySchemaRegistry();
    S2AvroSerializer serializer = new S2AvroSerializer(registry);
    var deserializer = new S2AvroDeserializer<FeatureRecord>(FeatureRecord.class, registry);
    byte[] message = serializer.serialize(TOPIC, record);
    repeat(WARM_UPS, () -> Arrays.copyOf(payload, payload.length));
    repeat(WARM_UPS, () -> serializer.serialize(TOPIC, record));
    repeat(WARM_UPS, () -> deserializer.deserialize(TOPIC, message));
  }

  private void line(int tokenCount, int channelCount) {
    byte[] payload = new byte[2 * tokenCount * channelCount];
    new SplittableRandom(1).nextBytes(payload);
    FeatureRecord record = record(tokenCount, channelCount, payload);
    MemorySchemaRegistry registry = new MemorySchemaRegistry();
    S2AvroSerializer serializer = new S2AvroSerializer(registry);
    var deserializer = new S2AvroDeserializer<FeatureRecord>(FeatureRecord.class, registry);
    byte[] message = serializer.serialize(TOPIC, record);
    // Small records would drown in the clock's resolution.
    int rounds = Math.max(1, (16 << 20) / payload.length);
    Map<String, Times> times =
        new Interleaved(System::nanoTime)
            .add("copy", () -> repeat(rounds, () -> Arrays.copyOf(payload, payload.length)))
            .add("write", () -> repeat(rounds, () -> serializer.serialize(TOPIC, record)))
            .add("read", () -> repeat(rounds, () -> deserializer.deserialize(TOPIC, message)))
            .run(20, repeats);
    List<Times> found = new ArrayList<>(times.values());
    double megabytes = payload.length / 1e6;
    double copy = found.get(0).fast() / rounds;
    double write = found.get(1).fast() / rounds;
    double read = found.get(2).fast() / rounds;
    System.out.printf(
        Locale.ROOT,
        "| [1, %d, %d] | %.1f | %.0f | %.0f | %.1f | %.2f | ±%.0f %% |%n",
        tokenCount,
        channelCount,
        megabytes,
        1e6 * copy / megabytes,
        1e6 * write / megabytes,
        1e6 * read,
        copy / (write + read),
        Math.max(found.get(0).spreadPercent(), found.get(1).spreadPercent()));
  }

  private void repeat(int rounds, Supplier<Object> work) {
    for (int i = 0; i < rounds; i++) {
      sink = work.get();
    }
  }

  private static FeatureRecord record(int tokenCount, int channelCount, byte[] payload) {
    return FeatureRecord.newBuilder()
        .setStreamId("camera-17")
        .setFirstFrameIndex(1_000)
        .setFrames(List.of(new FrameInfo(1_000L, 40_000_000L, 1_700_000_000_000_000L, false)))
        .setShape(List.of(1, tokenCount, channelCount))
        .setGrid(List.of(1, tokenCount))
        .setPrefixTokens(0)
        .setDtype(TensorType.FLOAT16)
        .setImageSizes(List.of(List.of(384, 384), List.of(768, 768)))
        .setTower("tower")
        .setTowerSha256("0".repeat(64))
        .setProcessorVersion("bench")
        .setData(ByteBuffer.wrap(payload))
        .build();
  }
}
