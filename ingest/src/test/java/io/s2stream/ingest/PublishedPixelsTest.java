package io.s2stream.ingest;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the serializer is given is what was read, although the arrays are used again. */
class PublishedPixelsTest {

  /** Two that wait and one that is being converted. */
  private static final int FRAMES_AHEAD = 3;

  private final List<byte[]> serialized = new ArrayList<>();
  private final Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
  private final MockProducer<String, Object> producer =
      new MockProducer<>(
          true, new RoundRobinPartitioner(), new StringSerializer(), (topic, v) -> serialize(v));

  @TempDir private Path folder;

  private byte[] serialize(Object value) {
    for (Frame frame : ((FrameBatch) value).getFrames()) {
      ByteBuffer data = frame.getData();
      arrays.add(data.array());
      byte[] copy = new byte[data.remaining()];
      data.duplicate().get(copy);
      serialized.add(copy);
    }
    return new byte[0];
  }

  @ParameterizedTest
  @CsvSource({"1, {all: true}", "3, {all: true}", "2, {uniform: 200}"})
  void shouldPublishThePixelsOfEachFrameWhenArraysAreUsedAgain(int framesPerRecord, String sampling)
      throws Exception {
    Path clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2)).write(clip);
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32, 40]
        frames-per-record: %d
        sampling: %s
        streams: [{id: a, uri: '%s'}]
        """
            .formatted(framesPerRecord, sampling, clip);
    SamplingMode mode =
        sampling.contains("all") ? new SamplingMode.All() : new SamplingMode.Uniform(200);

    try (IngestApp app =
        IngestApp.start(
            ConfigParser.parse(yaml, "test", IngestConfig.class, Map.of()),
            new SimpleMeterRegistry(),
            producer,
            null)) {
      assertThat(app.awaitFinished(Duration.ofSeconds(30))).isTrue();
    }

    List<byte[]> read = read(clip, mode);
    assertThat(read).hasSizeGreaterThanOrEqualTo(50);
    assertThat(serialized).hasSameSizeAs(read);
    for (int i = 0; i < read.size(); i++) {
      assertThat(serialized.get(i)).as("frame %d", i).isEqualTo(read.get(i));
    }
    assertThat(arrays.size()).isLessThanOrEqualTo(framesPerRecord + FRAMES_AHEAD);
  }

  private static List<byte[]> read(Path file, SamplingMode mode) throws Exception {
    List<byte[]> pixels = new ArrayList<>();
    ReaderOptions options = ReaderOptions.of(new ImageSize(32, 40), Sampling.of(mode));
    try (VideoReader reader = VideoReader.open(new SourceUri(file.toString()), options)) {
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        pixels.add(frame.rgb());
      }
    }
    return pixels;
  }
}
