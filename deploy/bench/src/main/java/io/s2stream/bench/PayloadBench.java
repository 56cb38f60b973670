package io.s2stream.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

import io.s2stream.config.ConfigParser;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What each element type costs and keeps: size, cosine to float32 per token, and what Kafka's
 * compressions gain on it.
 */
@Command(
    name = "payload-bench",
    mixinStandardHelpOptions = true,
    description =
        "Size of features on the wire, their cosine to float32, and what compression gains.")
public final class PayloadBench implements Callable<Integer> {
  private static final List<CompressionType> COMPRESSIONS =
      List.of(CompressionType.LZ4, CompressionType.SNAPPY, CompressionType.ZSTD);

  /** Enough for the compilers to settle. */
  private static final int ROUNDS = 20;

  @Option(names = "--model", required = true, description = "Model directory of the tower.")
  private Path model = Path.of("");

  @Option(
      names = "--frames",
      defaultValue = "8",
      description = "Pictures to go by; default: ${DEFAULT-VALUE}.")
  private int frames;

  public static void main(String[] args) {
    System.exit(new CommandLine(new PayloadBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    System.out.println(
        "| dtype | bytes/element | mean cosine | worst token's | lz4 | snappy | zstd |\n"
            + "|---|---|---|---|---|---|---|");
    List<FeatureRecord> exact = records(TensorType.FLOAT32);
    for (TensorType type :
        List.of(TensorType.FLOAT32, TensorType.FLOAT16, TensorType.BFLOAT16, TensorType.INT8)) {
      line(records(type), exact);
    }
    return 0;
  }

  private List<FeatureRecord> records(TensorType type) throws Exception {
    S2Config options = ConfigParser.parse("scales: [1, 2]", "bench", S2Config.class, Map.of());
    TowerConfig tower = new TowerConfig(model, "cpu", 0);
    List<FeatureRecord> records = new ArrayList<>();
    try (var extractor = S2FeatureExtractor.load(tower, options, type)) {
      FeatureLayout layout = extractor.nominalLayout();
      int side = layout.imageSizes().get(1)[0];
      for (int i = 0; i < frames; i++) {
        ByteBuffer written = ByteBuffer.allocate(layout.bytesPerFrame());
        extractor.extract(FrameBlock.each(List.of(picture(side, i)), List.of(written)));
        records.add(record(layout, written));
      }
    }
    return records;
  }

  /** Discs on a gradient with some noise: smooth parts, edges and texture, another each time. */
  private static RgbFrame picture(int side, int number) {
    SplittableRandom random = new SplittableRandom(number);
    double[] discs = random.doubles(12, 0, side).toArray();
    ByteBuffer pixels = ByteBuffer.allocateDirect(3 * side * side);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int level = 160 * (x + y) / (2 * side) + random.nextInt(12);
        for (int disc = 0; disc < discs.length; disc += 2) {
          level += Math.hypot(x - discs[disc], y - discs[disc + 1]) < side / 8.0 ? 30 : 0;
        }
        pixels.put((byte) level).put((byte) (level * 3 / 4)).put((byte) (255 - level));
      }
    }
    return new RgbFrame(side, side, pixels.flip());
  }

  private static FeatureRecord record(FeatureLayout layout, ByteBuffer written) {
    int valueBytes = written.remaining() - layout.scaleBytesPerFrame();
    return FeatureRecord.newBuilder()
        .setStreamId("bench")
        .setFirstFrameIndex(0)
        .setFrames(List.of(new FrameInfo(0L, 0L, 0L, false)))
        .setShape(List.of(1, layout.tokens(), layout.channels()))
        .setGrid(List.of(layout.gridHeight(), layout.gridWidth()))
        .setDtype(layout.dtype())
        .setImageSizes(List.of())
        .setTower("")
        .setTowerSha256("")
        .setProcessorVersion("")
        .setTokenScales(written.slice(valueBytes, layout.scaleBytesPerFrame()))
        .setData(written.slice(0, valueBytes))
        .build();
  }

  private static void line(List<FeatureRecord> records, List<FeatureRecord> exact)
      throws IOException {
    List<Double> cosines = new ArrayList<>();
    long bytes = 0;
    long elements = 0;
    for (int i = 0; i < records.size(); i++) {
      FeatureTensor values = FeatureTensor.of(records.get(i));
      FeatureTensor expected = FeatureTensor.of(exact.get(i));
      for (int token = 0; token < values.tokens(); token++) {
        cosines.add(cosine(values.token(0, token), expected.token(0, token)));
      }
      bytes += records.get(i).getData().remaining() + records.get(i).getTokenScales().remaining();
      elements += (long) values.tokens() * values.channels();
    }
    StringBuilder gains = new StringBuilder();
    for (CompressionType type : COMPRESSIONS) {
      gains.append(gain(type, records));
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.6f | %.6f |%s%n",
        records.get(0).getDtype().name().toLowerCase(Locale.ROOT),
        (double) bytes / elements,
        cosines.stream().mapToDouble(c -> c).average().orElseThrow(),
        cosines.stream().mapToDouble(c -> c).min().orElseThrow(),
        gains);
  }

  private static double cosine(FeatureTensor.Token a, FeatureTensor.Token b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.channels(); i++) {
      product += (double) a.get(i) * b.get(i);
      squaresA += (double) a.get(i) * a.get(i);
      squaresB += (double) b.get(i) * b.get(i);
    }
    return product / Math.sqrt(squaresA * squaresB);
  }

  /** What is left of the payloads, compressed one by one as by a producer, and how fast. */
  private static String gain(CompressionType type, List<FeatureRecord> records) throws IOException {
    Compression compression = Compression.of(type).build();
    long compressed = 0;
    long plain = 0;
    long start = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      for (FeatureRecord record : records) {
        byte[] payload = new byte[record.getData().remaining()];
        record.getData().duplicate().get(payload);
        ByteBufferOutputStream target = new ByteBufferOutputStream(payload.length);
        try (OutputStream out =
            compression.wrapForOutput(target, RecordBatch.CURRENT_MAGIC_VALUE)) {
          out.write(payload);
        }
        compressed += target.position();
        plain += payload.length;
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT, " %.0f %%, %.0f MB/s |", 100.0 * compressed / plain, plain / 1e6 / seconds);
  }
}
