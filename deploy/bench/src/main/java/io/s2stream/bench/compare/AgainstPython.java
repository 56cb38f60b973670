package io.s2stream.bench.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.extract.ExtractionObserver;
import io.s2stream.processor.extract.FeatureExtractor;
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
 * From a video file to features in Kafka: ingest and processor against a loop in Python, which
 * keeps no frames and promises nothing. Both are warm; ours from the start of ingest to the commit
 * of the last features, theirs from the opening of the file to the last acknowledgement. The
 * features of each frame are compared.
 */
final class AgainstPython implements Comparison {
  private static final int SIDE_TILES = 2;
  private static final double TARGET = 1.3;

  /** Two decoders and scalers never give the same pixels. */
  private static final double LEAST_COSINE = 0.97;

  @Override
  public String name() {
    return "python";
  }

  @Override
  public String about() {
    return "A video file to S2 features in Kafka, against a straight loop in Python (--python)";
  }

  @Override
  public boolean usesModel() {
    return true;
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    if (bench.python() == null) {
      throw new LeftOutException(
          "name a Python with PyTorch, PyAV and confluent-kafka: --python PATH");
    }
    Path loop = bench.scripts().resolve("loop.py");
    if (!Files.isRegularFile(loop)) {
      throw new LeftOutException(
          "there is no " + loop + "; run it in a checkout, or see --scripts");
    }
    Samples perSecond = new Samples();
    Path video = Files.createTempFile("s2-bench-", ".mp4");
    S2Config s2 = ConfigParser.parse("{scales: [1, 2]}", "bench", S2Config.class, Map.of());
    String tower;
    List<FeatureExtractor> extractors =
        S2FeatureExtractor.loadAll(
            new TowerConfig(bench.model(), "cpu", List.of(), 0, 0, null),
            s2,
            PoolConfig.NONE,
            TensorType.FLOAT16,
            instance -> ExtractionObserver.NONE);
    try (KafkaBench kafka = KafkaBench.start();
        BareTower bare = BareTower.load(bench.model())) {
      if (!bench.tiny()) {
        MovedBytes.warmUp(kafka);
      }
      tower = bare.name();
      int side = extractors.get(0).nominalLayout().imageSizes().get(SIDE_TILES - 1)[0];
      double frameSeconds = bare.seconds(10, 4) / 2;
      int wanted = (int) Math.max(16, Math.min(200, (bench.quick() ? 4 : 20) / frameSeconds));
      int frames =
          SyntheticClip.of(1280, 720, 30, Duration.ofMillis(1000L * wanted / 30)).write(video);
      try (PythonProcess python =
          PythonProcess.start(
              bench.python(), loop, bench.model(), video, kafka.bootstrapServers(), side)) {
        bench
            .rounds(80)
            .run(
                counted -> {
                  List<float[]> theirs = new ArrayList<>();
                  double inPython = python(kafka, python, frames, theirs);
                  double ours = ours(kafka, video, frames, side, extractors, theirs);
                  perSecond.add(counted, "ours", frames / ours);
                  perSecond.add(counted, "python", frames / inPython);
                  bench.say(
                      String.format(
                          Locale.ROOT,
                          "python: ours %.2f frames/s, the loop %.2f",
                          frames / ours,
                          frames / inPython));
                });
      }
    } finally {
      extractors.forEach(FeatureExtractor::close);
      Files.delete(video);
    }
    return List.of(
        Row.rates(
            "720p file → S2 [1, 2] in Kafka, " + tower + ", exactly-once",
            "frames/s",
            perSecond.of("ours"),
            "a loop in Python",
            perSecond.of("python"),
            TARGET));
  }

  /** Seconds; keeps the features of each frame. */
  private static double python(
      KafkaBench kafka, PythonProcess python, int frames, List<float[]> features) throws Exception {
    String topic = kafka.newName("python");
    kafka.createTopic(topic, 1, KafkaBench.MAX_MESSAGE_BYTES);
    double seconds = python.run(topic, frames);
    var unused = kafka.read(topic, frames, record -> features.add(HalfFloats.of(record.value())));
    kafka.deleteTopics(List.of(topic));
    return seconds;
  }

  private static double ours(
      KafkaBench kafka,
      Path video,
      int frames,
      int side,
      List<FeatureExtractor> extractors,
      List<float[]> theirs)
      throws Exception {
    // One frame of another stream first: the processor is up when it is done.
    String topic = kafka.framesTopic(Picture.raw(side), 1, 1, 1);
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
            "tower: {model-dir: none}\nbatch: {max-frames: 4}\n",
            timed,
            ClientHook.NONE)) {
      run.awaitCommitted(topic, 1);
      long start = System.nanoTime();
      try (IngestApp ingest = IngestApp.start(ingest(kafka, topic, video, side))) {
        run.awaitCommitted(topic, 1 + frames + 1); // and the end mark
        double seconds = (System.nanoTime() - start) / 1e9;
        check(kafka, run.featuresTopic(), frames, theirs);
        return seconds;
      }
    } finally {
      kafka.deleteTopics(List.of(topic));
    }
  }

  private static IngestConfig ingest(KafkaBench kafka, String topic, Path video, int side)
      throws Exception {
    return ConfigParser.parse(
        kafka.yaml()
            + """
            frames-topic: %s
            resume: false
            image-size: [%d]
            sampling: {all: true}
            topics: {partitions: 1}
            streams: [{id: bench, uri: '%s'}]
            """
                .formatted(topic, side, video),
        "the benchmark",
        IngestConfig.class,
        Map.of());
  }

  private static void check(KafkaBench kafka, String topic, int frames, List<float[]> theirs)
      throws WrongOutputException {
    S2AvroDeserializer<FeatureRecord> reader = kafka.featureReader();
    var unused =
        kafka.read(
            topic,
            1 + frames + 1,
            record -> {
              FeatureRecord ours =
                  reader.deserialize(record.topic(), record.headers(), record.value());
              if (!ours.getStreamId().equals("bench") || ours.getEndOfStream()) {
                return;
              }
              double cosine =
                  Cosine.of(
                      FeatureTensor.of(ours).toFloats(),
                      theirs.get((int) ours.getFirstFrameIndex()));
              if (!(cosine > LEAST_COSINE)) {
                throw new WrongOutputException(
                    "features of frame %d have cosine %.4f to those of the Python loop"
                        .formatted(ours.getFirstFrameIndex(), cosine));
              }
            });
  }
}
