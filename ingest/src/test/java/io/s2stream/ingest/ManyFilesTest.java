package io.s2stream.ingest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.ingest.Streams.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A folder of many files is worked through a few at a time. The long form:
 *
 * <pre>mvn -Dquick -pl ingest -am test -Dtest=ManyFilesTest -Dmany.files=1000
 *   -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
@Timeout(600)
class ManyFilesTest {

  private static final int FILES = Integer.getInteger("many.files", 400);
  private static final int AT_ONCE = 3;

  @TempDir private Path folder;

  @Test
  void shouldWorkThroughAFolderWithAFewFilesAtOnce() throws Exception {
    MockProducer<String, Object> producer = new FramesProducer(true);
    Path videos = folderOf(FILES);
    read(config("archive", videos), new FramesProducer(true)); // Loads natives and classes.
    long before = RtspTest.residentKib();

    long start = System.nanoTime();
    Peak peak = read(config("archive", videos), producer);

    System.out.printf(
        "%d files, %d at once: %.1f s, at most %d read at a time, %d threads, memory %+.1f MiB%n",
        FILES,
        AT_ONCE,
        (System.nanoTime() - start) / 1e9,
        peak.reading,
        peak.threads,
        (peak.residentKib - before) / 1024.0);
    assertThat(peak.reading).isBetween(1L, (long) AT_ONCE);
    // One that decodes, one that converts and one that sends.
    assertThat(peak.threads).isBetween(1L, 3L * AT_ONCE);
    // A decoder for each file would be some MiB for each.
    assertThat(peak.residentKib - before).isLessThan(100L << 10);
    Map<String, Long> marks =
        producer.history().stream()
            .filter(record -> ((FrameBatch) record.value()).getEndOfStream())
            .collect(Collectors.groupingBy(record -> record.key(), Collectors.counting()));
    assertThat(marks).hasSize(FILES).allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
  }

  @Test
  void shouldTakeBackFilesThatStillWaitAtOnceWhileOthersAreRead() throws Exception {
    // given one thread, which waits for a broker that does not answer
    Path clip = clip(folder.resolve("busy.mp4"));
    Path videos = folderOf(20);
    String busy = "  - {id: busy, uri: '" + clip + "'}\n";
    String archive = "  - {id: archive, uri: '" + videos + "'}\n";
    Path file = Files.writeString(folder.resolve("c.yaml"), yaml(1) + busy + archive);
    IngestConfig config = ConfigParser.parse(file, IngestConfig.class, Map.of());
    MockProducer<String, Object> producer = new FramesProducer(false);
    try (IngestApp app = IngestApp.start(config, new SimpleMeterRegistry(), producer, null)) {
      app.watch(file, Map.of());
      patiently().until(() -> !producer.history().isEmpty());
      assertThat(app.streams()).hasSize(21);

      // when
      Files.writeString(file, yaml(1) + busy);

      // then
      await().atMost(Duration.ofSeconds(8)).until(() -> app.streams().size() == 1);
      while (app.streams().get(0).state() != State.FINISHED) {
        producer.completeNext();
      }
      assertThat(producer.history()).allMatch(record -> record.key().equals("busy"));
    }
  }

  private record Peak(long reading, long threads, long residentKib) {

    Peak with(Peak other) {
      return new Peak(
          Math.max(reading, other.reading),
          Math.max(threads, other.threads),
          Math.max(residentKib, other.residentKib));
    }
  }

  private static Peak read(IngestConfig config, MockProducer<String, Object> producer)
      throws Exception {
    Peak peak = new Peak(0, 0, 0);
    try (IngestApp app = IngestApp.start(config, new SimpleMeterRegistry(), producer, null)) {
      while (!app.awaitFinished(Duration.ofMillis(5))) {
        peak = peak.with(now(app));
      }
      peak = peak.with(now(app));
      assertThat(app.streams()).hasSize(FILES).allMatch(s -> s.state() == State.FINISHED);
    }
    return peak;
  }

  private static Peak now(IngestApp app) throws Exception {
    // Read one after the other, while files end and others begin: only those of both times were
    // read at one time.
    Set<String> reading = reading(app);
    reading.retainAll(reading(app));
    return new Peak(
        reading.size(),
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("ingest-file-"))
            .count(),
        RtspTest.residentKib());
  }

  private static Set<String> reading(IngestApp app) {
    return app.streams().stream()
        .filter(stream -> stream.state() == State.RUNNING)
        .map(StreamStatus::streamId)
        .collect(Collectors.toSet());
  }

  private Path folderOf(int files) throws Exception {
    Path videos = Files.createDirectory(folder.resolve("videos"));
    Path clip = clip(folder.resolve("clip.mp4"));
    for (int i = 0; i < files; i++) {
      Files.createLink(videos.resolve("%04d.mp4".formatted(i)), clip);
    }
    return videos;
  }

  private static Path clip(Path file) {
    SyntheticClip.of(160, 120, 10, Duration.ofSeconds(1)).write(file);
    return file;
  }

  private static IngestConfig config(String id, Path videos) throws Exception {
    String yaml = yaml(AT_ONCE) + "  - {id: " + id + ", uri: '" + videos + "'}\n";
    return ConfigParser.parse(yaml, "test", IngestConfig.class, Map.of());
  }

  private static String yaml(int atOnce) {
    return """
    kafka: {bootstrap.servers: "localhost:1"}
    image-size: [16]
    config-poll: 200ms
    sampling: {all: true}
    max-files-at-once: %d
    streams:
    """
        .formatted(atOnce);
  }
}
