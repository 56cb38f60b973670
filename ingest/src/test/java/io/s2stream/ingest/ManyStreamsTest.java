package io.s2stream.ingest;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many cameras in one process: none starves, one thread each, memory per stream. The long form:
 *
 * <pre>mvn -Dquick -pl ingest -am test -Dtest=ManyStreamsTest -Dmany.streams=200 -Dmany.seconds=60
 *   -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
@Timeout(600)
class ManyStreamsTest {

  private static final int STREAMS = Integer.getInteger("many.streams", 16);
  private static final int SECONDS = Integer.getInteger("many.seconds", 5);
  private static final String SIZE = System.getProperty("many.size", "160x120");
  private static final String SAMPLING = System.getProperty("many.sampling", "{fps: 1}");

  private final MockProducer<String, Object> producer = new FramesProducer(true);

  @Test
  void shouldStarveNoneOfManyStreams() throws Exception {
    Assumptions.assumeTrue(RtspCamera.isInstalled(), RtspCamera.MISSING);
    String streams =
        IntStream.range(0, STREAMS)
            .mapToObj(i -> "  - {id: cam-%d, uri: 'URL'}".formatted(i))
            .collect(Collectors.joining("\n"));
    try (RtspCamera camera = RtspCamera.start("--encode-once", "--size", SIZE)) {
      String yaml =
          """
          kafka: {bootstrap.servers: "localhost:1"}
          image-size: [224]
          encoding: {format: jpeg}
          sampling: %s
          stall-timeout: 60s
          streams:
          """
                  .formatted(SAMPLING)
              + streams.replace("URL", camera.url());
      IngestConfig config = ConfigParser.parse(yaml, "test", IngestConfig.class, Map.of());
      warmUp(config);
      long memory = RtspTest.residentKib();
      int threads = Thread.activeCount();

      try (IngestApp app = IngestApp.start(config, new SimpleMeterRegistry(), producer, null)) {
        await()
            .atMost(Duration.ofSeconds(120))
            .until(() -> Arrays.stream(sampled(app)).allMatch(n -> n > 0));
        long[] before = sampled(app);
        long start = System.nanoTime();
        await()
            .pollDelay(Duration.ofSeconds(SECONDS))
            .atMost(Duration.ofSeconds(2L * SECONDS + 60))
            .until(() -> true);
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] after = sampled(app);
        double[] rates =
            IntStream.range(0, STREAMS)
                .mapToDouble(i -> (after[i] - before[i]) / seconds)
                .sorted()
                .toArray();
        System.out.printf(
            "%d streams of %s, sampling %s, %.0f s: frames/s least %.2f, median %.2f, most %.2f;"
                + " %.2f MiB and %.2f threads a stream; %d lost%n",
            STREAMS,
            SIZE,
            SAMPLING,
            seconds,
            rates[0],
            rates[STREAMS / 2],
            rates[STREAMS - 1],
            (RtspTest.residentKib() - memory) / 1024.0 / STREAMS,
            (double) (Thread.activeCount() - threads) / STREAMS,
            app.streams().stream().filter(status -> status.error() != null).count());

        assertThat(app.streams()).allMatch(status -> status.error() == null);
        assertThat(rates[STREAMS - 1] - rates[0])
            .as("frames/s of the fastest over the slowest")
            .isLessThanOrEqualTo(2.0 / SECONDS);
        // The camera itself may be late on a busy machine.
        assertThat(rates[0])
            .as("frames/s of the slowest")
            .isGreaterThan(Math.min(0.9, 1 - 2.0 / SECONDS));
        assertThat(Thread.activeCount() - threads).isLessThanOrEqualTo(STREAMS + 3);
      }
    }
  }

  /** Loads the natives and classes, which are no stream's memory. */
  private void warmUp(IngestConfig config) throws Exception {
    IngestConfig one =
        ConfigParser.parse(
            """
            kafka: {bootstrap.servers: "localhost:1"}
            image-size: [224]
            encoding: {format: jpeg}
            streams:
              - {id: warm, uri: '%s'}
            """
                .formatted(config.streams().get(0).uri()),
            "test",
            IngestConfig.class,
            Map.of());
    try (MockProducer<String, Object> other = new FramesProducer(true);
        IngestApp app = IngestApp.start(one, new SimpleMeterRegistry(), other, null)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> sampled(app)[0] > 0);
    }
  }

  private static long[] sampled(IngestApp app) {
    return app.streams().stream().mapToLong(StreamStatus::framesSampled).toArray();
  }
}
