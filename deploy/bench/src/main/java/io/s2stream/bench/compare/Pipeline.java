package io.s2stream.bench.compare;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import io.s2stream.config.ConfigParser;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.extract.ExtractionObserver;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.topology.ClientHook;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.tensor.FeatureTensor;

/**
 * The whole pipeline, Kafka to S2 to Kafka, exactly-once, against the bare tower on as many tiles
 * with the same k and the same number of threads in the same process. Frames wait in the topic; a
 * run's time is from the beginning of the first call to the tower to the end of the last, so that
 * it holds whatever of the rest is not hidden behind the tower. The features are compared with
 * those of a direct call.
 *
 * <p>Before, some thousand small frames go the same way past a tower that does nothing: else the
 * compilers of the JVMs would work beside the few frames of a large tower for minutes.
 */
final class Pipeline implements Comparison {
  private static final int K = 4; // the processor's default
  private static final int TILES = 5; // of scales [1, 2]
  private static final double TARGET = 0.97;
  private static final double LEAST_COSINE = 0.9999;

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public String about() {
    return "Kafka to S2 [1, 2] to Kafka, against the bare tower on as many tiles";
  }

  @Override
  public boolean usesModel() {
    return true;
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    TowerConfig tower = new TowerConfig(bench.model(), "cpu", List.of(), 0, 0, null);
    S2Config s2 = ConfigParser.parse("{scales: [1, 2]}", "bench", S2Config.class, Map.of());
    Samples perSecond = new Samples();
    String name;
    List<FeatureExtractor> extractors =
        S2FeatureExtractor.loadAll(
            tower, s2, PoolConfig.NONE, TensorType.FLOAT16, instance -> ExtractionObserver.NONE);
    try (KafkaBench kafka = KafkaBench.start();
        BareTower bare = BareTower.load(bench.model())) {
      if (!bench.tiny()) {
        MovedBytes.warmUp(kafka);
      }
      name = bare.name();
      FeatureExtractor extractor = extractors.get(0);
      int[] side = extractor.nominalLayout().imageSizes().get(1);
      Picture picture = Picture.raw(side[0]);
      double frameSeconds = bare.seconds(2 * TILES, K) / 2;
      int seconds = bench.tiny() ? 0 : bench.quick() ? 3 : 12;
      int frames = (int) Math.max(bench.tiny() ? 12 : 48, Math.min(400, seconds / frameSeconds));
      ByteBuffer direct = direct(extractor, picture);
      String topic = kafka.framesTopic(picture, frames, 1, 1);
      bench
          .rounds(90)
          .run(
              counted -> {
                double ours = 1 / pipeline(kafka, topic, frames, extractors, direct);
                double alone = frames / bare.seconds(frames * TILES, K);
                perSecond.add(counted, "pipeline", ours);
                perSecond.add(counted, "bare", alone);
                bench.say("pipeline: %.2f frames/s, the bare tower %.2f".formatted(ours, alone));
              });
    } finally {
      extractors.forEach(FeatureExtractor::close);
    }
    return List.of(
        Row.rates(
            "Kafka → S2 [1, 2] → Kafka, " + name + ", exactly-once",
            "frames/s",
            perSecond.of("pipeline"),
            "the bare tower on as many tiles",
            perSecond.of("bare"),
            TARGET));
  }

  private static ByteBuffer direct(FeatureExtractor extractor, Picture picture) {
    ByteBuffer out = ByteBuffer.allocate(extractor.nominalLayout().bytesPerFrame());
    extractor.extract(FrameBlock.each(List.of(picture.pixels()), List.of(out)));
    return out;
  }

  /** Seconds per frame. */
  private static double pipeline(
      KafkaBench kafka,
      String topic,
      int frames,
      List<FeatureExtractor> extractors,
      ByteBuffer direct)
      throws Exception {
    var times = new TimedExtractor.Times();
    List<FeatureExtractor> timed =
        extractors.stream()
            .<FeatureExtractor>map(extractor -> new TimedExtractor(extractor, times))
            .toList();
    try (ProcessorRun run =
        ProcessorRun.start(
            kafka,
            topic,
            1,
            Guarantee.EXACTLY_ONCE,
            // A large batch that is left at the end would have half the machine to itself.
            "tower: {model-dir: none}\nbatch: {max-frames: 4}\n",
            timed,
            ClientHook.NONE)) {
      run.awaitCommitted(topic, frames);
      run.stop();
      S2AvroDeserializer<FeatureRecord> reader = kafka.featureReader();
      var unused =
          kafka.read(
              run.featuresTopic(),
              frames,
              record -> {
                FeatureRecord features =
                    reader.deserialize(record.topic(), record.headers(), record.value());
                float[] ours = FeatureTensor.of(features).toFloats();
                features.setData(direct.duplicate());
                double cosine = Cosine.of(ours, FeatureTensor.of(features).toFloats());
                if (!(cosine > LEAST_COSINE)) {
                  throw new WrongOutputException(
                      "the pipeline's features have cosine %.5f to a direct call's"
                          .formatted(cosine));
                }
              });
      return times.secondsPerFrame();
    }
  }
}
