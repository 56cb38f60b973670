package io.s2stream.bench.compare;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.s2stream.bench.NullTower;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.topology.ClientHook;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the system adds to decoding and tower: from the moment a raw frame of 448 px is given to a
 * producer to the moment a subscriber has its features in hand, one stream, one frame after the
 * other in even steps, no linger, a tower that takes no time. Clients and broker are part of it.
 */
final class AddedLatency implements Comparison {
  private static final int GRID_SIDE = 14;
  private static final int CHANNELS = 768;
  private static final int WARM_UP_FRAMES = 30;
  private static final Duration STEP = Duration.ofMillis(25);
  private static final double P50_LIMIT_MS = 10;
  private static final double P99_LIMIT_MS = 50;

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
    int frames = bench.tiny() ? 20 : bench.quick() ? 100 : 400;
    try (KafkaBench kafka = KafkaBench.start()) {
      bench
          .rounds(50)
          .run(
              counted -> {
                for (Guarantee guarantee : Guarantee.values()) {
                  double[] sorted = millis(kafka, guarantee, WARM_UP_FRAMES, frames);
                  double median = sorted[sorted.length / 2];
                  double slow = sorted[(int) (sorted.length * 0.99)];
                  millis.add(counted, guarantee + " p50", median);
                  millis.add(counted, guarantee + " p99", slow);
                  bench.say(
                      String.format(
                          Locale.ROOT,
                          "latency: %s p50 %.1f ms, p99 %.1f ms",
                          guarantee,
                          median,
                          slow));
                }
              });
    }
    return List.of(
        row(millis, Guarantee.AT_LEAST_ONCE, "p50", P50_LIMIT_MS),
        row(millis, Guarantee.AT_LEAST_ONCE, "p99", P99_LIMIT_MS),
        row(millis, Guarantee.EXACTLY_ONCE, "p50", P50_LIMIT_MS),
        row(millis, Guarantee.EXACTLY_ONCE, "p99", P99_LIMIT_MS));
  }

  private static Row row(Samples millis, Guarantee guarantee, String percentile, double limit) {
    String words = guarantee.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return Row.limit(
        "latency added, 1 stream, linger 0, " + words + ", " + percentile,
        "ms",
        millis.of(guarantee + " " + percentile),
        limit);
  }

  /** Milliseconds of each frame after the warm-up, ascending. */
  private static double[] millis(KafkaBench kafka, Guarantee guarantee, int warmUps, int frames)
      throws Exception {
    Picture picture = Picture.raw(448);
    String topic = kafka.newName("frames");
    kafka.createFramesTopic(topic, 1);
    int all = warmUps + frames;
    long[] sent = new long[all];
    double[] millis = new double[all];
    try (ProcessorRun run =
            ProcessorRun.start(
                kafka,
                topic,
                1,
                guarantee,
                "tower: {model-dir: none}\nbatch: {max-linger: 0ms}\n",
                List.of(new NullTower(picture.side(), GRID_SIDE, GRID_SIDE, CHANNELS)),
                ClientHook.NONE);
        KafkaProducer<String, FrameBatch> producer = kafka.frameProducer();
        KafkaConsumer<byte[], byte[]> subscriber = kafka.subscriber(run.featuresTopic())) {
      // The processor may still be starting: the first frame waits for it alone.
      var unusedFirst =
          producer.send(new ProducerRecord<>(topic, "stream", picture.batch("stream", 0)));
      run.awaitCommitted(topic, 1);
      while (subscriber.poll(Duration.ofSeconds(1)).isEmpty()) {
        // It is committed, so it comes.
      }
      int read = 0;
      int given = 0;
      long start = System.nanoTime();
      long end = start + all * STEP.toNanos() + Duration.ofMinutes(1).toNanos();
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
    kafka.deleteTopics(List.of(topic));
    double[] counted = Arrays.copyOfRange(millis, warmUps, all);
    Arrays.sort(counted);
    return counted;
  }
}
