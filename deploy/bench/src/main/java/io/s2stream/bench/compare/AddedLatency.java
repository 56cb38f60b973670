package io.s2stream.bench.compare;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.s2stream.bench.NullTower;
import io.s2stream.processor.Guarantee;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the system adds to decoding and tower: from the moment a raw frame of 448 px is given to a
 * producer to the moment a subscriber has its features in hand, one stream, one frame after the
 * other in even steps, no linger, a tower that takes no time. Clients and broker are part of it; a
 * plain loop in the processor's place shows how large a part.
 */
final class AddedLatency implements Comparison {
  private static final int SIDE = 448;
  private static final int GRID_SIDE = 14;
  private static final int CHANNELS = 768;
  private static final int WARM_UP_FRAMES = 30;
  private static final Duration STEP = Duration.ofMillis(25);
  private static final Duration READY = Duration.ofMinutes(1);
  private static final double P50_LIMIT_MS = 10;
  private static final double P99_LIMIT_MS = 50;
  private static final String LOOP = "loop, ";

  /** What the processor's clients were given, for the loop's. */
  private final Map<String, Object> consumer = new HashMap<>();

  private final Map<String, Object> producer = new HashMap<>();

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String about() {
    return "Latency added beyond decode and tower, 1 stream, linger 0";
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    Samples millis = new Samples();
    int frames = bench.tiny() ? 20 : bench.quick() ? 100 : 300;
    try (KafkaBench kafka = KafkaBench.start()) {
      if (!bench.tiny()) {
        MovedBytes.warmUp(kafka);
      }
      bench
          .rounds(90)
          .run(
              counted -> {
                int count = counted ? frames : Math.min(frames, 100);
                for (Guarantee guarantee : Guarantee.values()) {
                  // The loop has the properties of the run before it.
                  note(bench, millis, counted, guarantee.name(), ours(kafka, guarantee, count));
                  note(bench, millis, counted, LOOP + guarantee, loop(kafka, guarantee, count));
                }
              });
    }
    return List.of(
        row(millis, Guarantee.AT_LEAST_ONCE, "p50", P50_LIMIT_MS),
        row(millis, Guarantee.AT_LEAST_ONCE, "p99", P99_LIMIT_MS),
        row(millis, Guarantee.EXACTLY_ONCE, "p50", P50_LIMIT_MS),
        row(millis, Guarantee.EXACTLY_ONCE, "p99", P99_LIMIT_MS),
        besideLoop(millis, Guarantee.AT_LEAST_ONCE, "a plain consume-produce loop", "p50"),
        besideLoop(millis, Guarantee.AT_LEAST_ONCE, "a plain consume-produce loop", "p99"),
        besideLoop(millis, Guarantee.EXACTLY_ONCE, "a plain loop, a transaction a poll", "p50"),
        besideLoop(millis, Guarantee.EXACTLY_ONCE, "a plain loop, a transaction a poll", "p99"));
  }

  private static void note(
      Workbench bench, Samples millis, boolean counted, String name, double[] sorted) {
    double median = sorted[sorted.length / 2];
    double slow = sorted[(int) (sorted.length * 0.99)];
    millis.add(counted, name + " p50", median);
    millis.add(counted, name + " p99", slow);
    bench.say(
        String.format(Locale.ROOT, "latency: %s p50 %.1f ms, p99 %.1f ms", name, median, slow));
  }

  private static Row besideLoop(
      Samples millis, Guarantee guarantee, String loop, String percentile) {
    return Row.costs(
        what(guarantee, percentile),
        "ms",
        millis.of(guarantee + " " + percentile),
        loop,
        millis.of(LOOP + guarantee + " " + percentile));
  }

  private static Row row(Samples millis, Guarantee guarantee, String percentile, double limit) {
    return Row.limit(
        what(guarantee, percentile), "ms", millis.of(guarantee + " " + percentile), limit);
  }

  private static String what(Guarantee guarantee, String percentile) {
    String words = guarantee.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return "latency added, 1 stream, linger 0, " + words + ", " + percentile;
  }

  private double[] ours(KafkaBench kafka, Guarantee guarantee, int frames) throws Exception {
    String topic = newTopic(kafka, "frames");
    try (ProcessorRun run =
        ProcessorRun.start(
            kafka,
            topic,
            1,
            guarantee,
            "tower: {model-dir: none}\nbatch: {max-linger: 0ms}\n",
            List.of(new NullTower(SIDE, GRID_SIDE, GRID_SIDE, CHANNELS)),
            clients -> new SeenClients(clients, consumer, producer))) {
      double[] millis = millis(kafka, topic, run.featuresTopic(), frames);
      run.awaitCommitted(topic, 1 + WARM_UP_FRAMES + frames);
      return millis;
    } finally {
      kafka.deleteTopics(List.of(topic));
    }
  }

  private double[] loop(KafkaBench kafka, Guarantee guarantee, int frames) throws Exception {
    String topic = newTopic(kafka, "frames");
    String to = newTopic(kafka, "loop");
    Map<String, Object> properties = SeenClients.ofPlainProducer(producer);
    if (guarantee == Guarantee.EXACTLY_ONCE) {
      properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, to);
    }
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> loop =
          thread.submit(
              () ->
                  PlainLoop.run(
                      SeenClients.ofPlainConsumer(consumer, to),
                      properties,
                      topic,
                      to,
                      1 + WARM_UP_FRAMES + frames,
                      2 * GRID_SIDE * GRID_SIDE * CHANNELS,
                      null));
      double[] millis = millis(kafka, topic, to, frames);
      loop.get();
      return millis;
    } finally {
      thread.shutdownNow();
      kafka.deleteTopics(List.of(topic, to));
    }
  }

  private static String newTopic(KafkaBench kafka, String what) throws Exception {
    String topic = kafka.newName(what);
    kafka.createFramesTopic(topic, 1);
    return topic;
  }

  /** Milliseconds of each frame after the warm-up, ascending. */
  private static double[] millis(KafkaBench kafka, String topic, String to, int frames)
      throws Exception {
    Picture picture = Picture.raw(SIDE);
    int all = WARM_UP_FRAMES + frames;
    long[] sent = new long[all];
    double[] millis = new double[all];
    try (KafkaProducer<String, FrameBatch> producer = kafka.frameProducer();
        KafkaConsumer<byte[], byte[]> subscriber = kafka.subscriber(to)) {
      // Whoever moves the frames may still be starting: the first one waits for it alone.
      var unusedFirst =
          producer.send(new ProducerRecord<>(topic, "stream", picture.batch("stream", 0)));
      long ready = System.nanoTime() + READY.toNanos();
      while (subscriber.poll(Duration.ofSeconds(1)).isEmpty()) {
        if (System.nanoTime() > ready) {
          throw new WrongOutputException("no features came within " + READY);
        }
      }
      int read = 0;
      int given = 0;
      long start = System.nanoTime();
      long end = start + all * STEP.toNanos() + READY.toNanos();
      while (read < all) {
        long now = System.nanoTime();
        if (given < all && now >= start + given * STEP.toNanos()) {
          FrameBatch batch = picture.batch("stream", given + 1);
          sent[given] = System.nanoTime();
          var unused = producer.send(new ProducerRecord<>(topic, "stream", batch));
          given++;
        }
        // Short, so that the next frame is sent in time; a record that comes ends it at once.
        int came = subscriber.poll(Duration.ofMillis(2)).count();
        now = System.nanoTime();
        for (int i = 0; i < came; i++) {
          millis[read] = (now - sent[read]) / 1e6;
          read++;
        }
        if (now > end) {
          throw new WrongOutputException("%d of %d features came".formatted(read, all));
        }
      }
    }
    double[] counted = Arrays.copyOfRange(millis, WARM_UP_FRAMES, all);
    Arrays.sort(counted);
    return counted;
  }
}
