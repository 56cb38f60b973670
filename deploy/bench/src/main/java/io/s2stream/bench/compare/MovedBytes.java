package io.s2stream.bench.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.bench.NullTower;
import io.s2stream.processor.Guarantee;

/**
 * The processor around a tower that does nothing, against a plain consume-produce loop with the
 * same properties of its clients; and what its guarantees cost.
 *
 * <p>Frames wait in the topic; a run's rate is that of the records after the first quarter, by the
 * times at which the broker appended them.
 */
final class MovedBytes implements Comparison {
  private static final double GUARANTEE_TARGET = 0.85;

  /** As many as Java's second compiler wants to see of what is done once for each record. */
  private static final int WARM_UP_FRAMES = 20_000;

  /** Makes the picture that the frames show. */
  interface PictureMaker {
    Picture make() throws Exception;
  }

  /** Ways of moving the bytes, in the order of a round: the loop follows one it learns from. */
  private enum Mover {
    AT_LEAST_ONCE,
    LOOP,
    EXACTLY_ONCE
  }

  private final String name;
  private final String what;
  private final PictureMaker pictures;
  private final boolean decoded;
  private final int gridSide;
  private final int channels;
  private final int frames;
  private final double target;

  /** The properties that Kafka Streams gave the processor's clients in the last run. */
  private final Map<String, Object> consumer = new HashMap<>();

  private final Map<String, Object> producer = new HashMap<>();

  private MovedBytes(
      String name,
      String what,
      PictureMaker pictures,
      boolean decoded,
      int gridSide,
      int channels,
      int frames,
      double target) {
    this.name = name;
    this.what = what;
    this.pictures = pictures;
    this.decoded = decoded;
    this.gridSide = gridSide;
    this.channels = channels;
    this.frames = frames;
    this.target = target;
  }

  /** VILA-1.5-3B-S2: 756 px raw, features [1, 729, 2304]. */
  static MovedBytes large() {
    return new MovedBytes(
        "large-frames",
        "1.7 MB raw in, 3.4 MB out, null tower",
        () -> Picture.raw(756),
        false,
        27,
        2304,
        220,
        0.95);
  }

  static MovedBytes small() {
    return new MovedBytes(
        "small-frames",
        "100 KB raw in, 200 KB out, null tower",
        () -> Picture.raw(184),
        false,
        16,
        400,
        2000,
        0.7);
  }

  static MovedBytes jpeg() {
    return new MovedBytes(
        "jpeg-frames",
        "100 KB JPEG of 768 px in, 200 KB out, null tower",
        () -> Picture.jpeg(768, 105_000),
        true,
        16,
        400,
        300,
        0.7);
  }

  /** Lets the JVMs of processor and broker compile what all frames go through, with tiny ones. */
  static void warmUp(KafkaBench kafka) throws Exception {
    MovedBytes tiny =
        new MovedBytes("", "", () -> Picture.raw(32), false, 2, 16, WARM_UP_FRAMES, 0);
    Picture picture = tiny.pictures.make();
    String topic = kafka.framesTopic(picture, tiny.frames, 1, 1);
    for (Mover mover : Mover.values()) {
      double unused = tiny.rate(kafka, topic, picture, tiny.frames, mover);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return what + ", against a plain consume-produce loop; and what the guarantees cost";
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    Picture picture = pictures.make();
    int count = bench.tiny() ? 8 : bench.quick() ? frames / 2 : frames;
    Samples rates = new Samples();
    try (KafkaBench kafka = KafkaBench.start()) {
      if (!bench.tiny()) {
        warmUp(kafka);
      }
      String topic = kafka.framesTopic(picture, count, 1, 1);
      // Large records take ways through the clients that tiny ones don't.
      int warmUps = bench.tiny() ? 0 : bench.quick() ? 1 : 2;
      bench
          .rounds(90)
          .warmedUp(warmUps)
          .run(
              counted -> {
                for (Mover mover : Mover.values()) {
                  double rate = rate(kafka, topic, picture, count, mover);
                  rates.add(counted, mover.name(), rate);
                  bench.say("%s: %s %.1f frames/s".formatted(name, mover, rate));
                }
              });
    }
    double[] atLeastOnce = rates.of(Mover.AT_LEAST_ONCE.name());
    String loop =
        decoded
            ? "a plain loop, the same decoder on its one thread"
            : "a plain consume-produce loop";
    return List.of(
        Row.rates(
            what + ", at-least-once",
            "frames/s",
            atLeastOnce,
            loop,
            rates.of(Mover.LOOP.name()),
            target),
        Row.rates(
            what + ", exactly-once",
            "frames/s",
            rates.of(Mover.EXACTLY_ONCE.name()),
            "at-least-once",
            atLeastOnce,
            GUARANTEE_TARGET));
  }

  /** Frames a second. */
  private double rate(KafkaBench kafka, String topic, Picture picture, int count, Mover mover)
      throws Exception {
    return switch (mover) {
      case AT_LEAST_ONCE -> processor(kafka, topic, picture, count, Guarantee.AT_LEAST_ONCE);
      case EXACTLY_ONCE -> processor(kafka, topic, picture, count, Guarantee.EXACTLY_ONCE);
      case LOOP -> loop(kafka, topic, count);
    };
  }

  private double processor(
      KafkaBench kafka, String topic, Picture picture, int count, Guarantee guarantee)
      throws Exception {
    try (ProcessorRun run =
        ProcessorRun.start(
            kafka,
            topic,
            1,
            guarantee,
            "tower: {model-dir: none}\n",
            List.of(new NullTower(picture.side(), gridSide, gridSide, channels)),
            clients -> new SeenClients(clients, consumer, producer))) {
      run.awaitCommitted(topic, count);
      run.stop();
      var check =
          new FeatureCheck(kafka.featureReader(), List.of(1, gridSide * gridSide, channels));
      return KafkaBench.rate(kafka.read(run.featuresTopic(), count, check));
    }
  }

  private double loop(KafkaBench kafka, String topic, int count) throws Exception {
    String to = kafka.newName("loop");
    int outBytes = 2 * gridSide * gridSide * channels;
    kafka.createTopic(to, 1, KafkaBench.MAX_MESSAGE_BYTES);
    PlainLoop.run(
        SeenClients.ofPlainConsumer(consumer, to),
        SeenClients.ofPlainProducer(producer),
        topic,
        to,
        count,
        outBytes,
        decoded ? kafka.frameReader() : null);
    long[] times =
        kafka.read(
            to,
            count,
            record -> {
              if (record.value().length != outBytes) {
                throw new WrongOutputException("the loop sent " + record.value().length + " bytes");
              }
            });
    kafka.deleteTopics(List.of(to));
    return KafkaBench.rate(times);
  }
}
