package io.s2stream.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.encode.JpegEncoder;
import io.s2stream.ingest.encode.RawEncoder;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.TensorType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints for each encoding of the frames topic what it costs and what it does to the features. */
@Command(
    name = "encoding-bench",
    mixinStandardHelpOptions = true,
    description = "Bytes, encode and decode cost and the features' cosine to raw, per encoding.")
public final class EncodingBench implements Callable<Integer> {

  private static final int ROUNDS = 20;

  @Option(
      names = "--pictures",
      required = true,
      description = "Folder of photographs, PNG or JPEG.")
  private Path pictures = Path.of("");

  @Option(names = "--model", required = true, description = "Model directory of the tower.")
  private Path model = Path.of("");

  @Option(
      names = "--side",
      defaultValue = "448",
      description = "Side of the frames; default: ${DEFAULT-VALUE}.")
  private int side;

  private final FrameDecoder decoder = new FrameDecoder(ImageSize.MAX_SIDE * ImageSize.MAX_SIDE);

  public static void main(String[] args) {
    System.exit(new CommandLine(new EncodingBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ImageSize size = new ImageSize(side, side);
    List<VideoFrame> frames = frames(size);
    Map<String, FrameEncoder> encoders = new LinkedHashMap<>();
    encoders.put("raw", new RawEncoder());
    for (int qscale : new int[] {1, 2, 4, 8, 16}) {
      encoders.put("jpeg, jpeg-qscale " + qscale, new JpegEncoder(size, qscale));
    }
    TowerConfig tower =
        ConfigParser.parse("{model-dir: '" + model + "'}", "bench", TowerConfig.class, Map.of());
    S2Config s2 = ConfigParser.parse("{scales: [1, 2]}", "bench", S2Config.class, Map.of());
    try (S2FeatureExtractor extractor = S2FeatureExtractor.load(tower, s2, TensorType.FLOAT32)) {
      System.out.printf(
          Locale.ROOT,
          "%d pictures of %dx%d, features of %s%n%n| encoding | bytes/frame | of raw | encode ms |"
              + " decode ms | mean error, levels | cosine, mean | cosine, worst token |%n"
              + "|---|---|---|---|---|---|---|---|%n",
          frames.size(),
          side,
          side,
          extractor.tower().name());
      for (Map.Entry<String, FrameEncoder> entry : encoders.entrySet()) {
        line(entry.getKey(), entry.getValue(), frames, extractor);
        entry.getValue().close();
      }
    }
    return 0;
  }

  private List<VideoFrame> frames(ImageSize size) throws IOException, SourceException {
    List<VideoFrame> frames = new ArrayList<>();
    try (Stream<Path> files = Files.list(pictures)) {
      for (Path file : files.sorted().toList()) {
        try (VideoReader reader =
            VideoReader.open(new SourceUri(file.toString()), ReaderOptions.of(size, 1))) {
          frames.add(Objects.requireNonNull(reader.next(), file.toString()));
        }
      }
    }
    return frames;
  }

  private void line(
      String name, FrameEncoder encoder, List<VideoFrame> frames, S2FeatureExtractor extractor)
      throws Exception {
    long bytes = 0;
    double encode = 0;
    double decode = 0;
    double error = 0;
    double[] cosines = {0, 1};
    for (VideoFrame frame : frames) {
      ByteBuffer data = encoder.encode(frame);
      RgbFrame decoded = decode(frame, encoder, data);
      encode += millis(() -> encoder.encode(frame));
      decode += millis(() -> decode(frame, encoder, data));
      bytes += data.remaining();
      error += meanError(frame.rgb(), decoded.pixels());
      RgbFrame raw = new RgbFrame(side, side, ByteBuffer.wrap(frame.rgb()));
      double[] both = cosines(features(extractor, raw), features(extractor, decoded), extractor);
      cosines[0] += both[0] / frames.size();
      cosines[1] = Math.min(cosines[1], both[1]);
    }
    int n = frames.size();
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %.1f %% | %.1f | %.1f | %.2f | %.5f | %.4f |%n",
        name,
        bytes / n,
        100.0 * bytes / n / (3 * side * side),
        encode / n,
        decode / n,
        error / n,
        cosines[0],
        cosines[1]);
  }

  private RgbFrame decode(VideoFrame frame, FrameEncoder encoder, ByteBuffer data)
      throws Exception {
    Frame sent = new Frame(0L, 0L, 0L, false, data.duplicate());
    FrameBatch batch =
        new FrameBatch("bench", 0L, side, side, encoder.encoding(), List.of(sent), false);
    return decoder.decode(batch).get(0);
  }

  /** Returns the median of this thread's processor time, as others use the machine, too. */
  private static double millis(Callable<?> work) throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long start = threads.getCurrentThreadCpuTime();
      work.call();
      times.add((threads.getCurrentThreadCpuTime() - start) / 1e6);
    }
    return times.stream().sorted().toList().get(ROUNDS / 2);
  }

  private static double meanError(byte[] raw, ByteBuffer decoded) {
    double sum = 0;
    for (int i = 0; i < raw.length; i++) {
      sum += Math.abs((raw[i] & 0xff) - (decoded.get(decoded.position() + i) & 0xff));
    }
    return sum / raw.length;
  }

  /** Returns features of one frame, [N, C] float32. */
  private static ByteBuffer features(S2FeatureExtractor extractor, RgbFrame frame)
      throws Exception {
    FeatureLayout layout = extractor.layout(frame.height(), frame.width());
    ByteBuffer out =
        ByteBuffer.allocateDirect(Math.toIntExact(layout.bytesPerFrame()))
            .order(ByteOrder.LITTLE_ENDIAN);
    extractor.extract(FrameBlock.each(List.of(frame), List.of(out)));
    return out.duplicate().order(ByteOrder.LITTLE_ENDIAN).clear();
  }

  /** Returns the mean and the lowest cosine of the tokens. */
  private static double[] cosines(ByteBuffer a, ByteBuffer b, S2FeatureExtractor extractor) {
    FeatureLayout layout = extractor.nominalLayout();
    double sum = 0;
    double worst = 1;
    for (int token = 0; token < layout.tokens(); token++) {
      double ab = 0;
      double aa = 0;
      double bb = 0;
      for (int c = 0; c < layout.channels(); c++) {
        int at = 4 * (token * layout.channels() + c);
        float x = a.getFloat(at);
        float y = b.getFloat(at);
        ab += (double) x * y;
        aa += (double) x * x;
        bb += (double) y * y;
      }
      double cosine = ab / Math.sqrt(aa * bb);
      sum += cosine;
      worst = Math.min(worst, cosine);
    }
    return new double[] {sum / layout.tokens(), worst};
  }
}
