package io.s2stream.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.s2stream.ingest.source.Cancellation;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderEvents;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoReader;

import static org.assertj.core.api.Assertions.assertThat;

/** Opens a camera, reads some frames, has the camera close the connection, and reads to the end. */
final class Reconnecting {

  private static final ReaderOptions OPTIONS =
      ReaderOptions.of(new ImageSize(32, 32), 100)
          .withStallTimeout(Duration.ofSeconds(10))
          .withLibavOptions(Map.of("analyzeduration", "100000"));

  private final RtspCamera camera;

  Reconnecting(RtspCamera camera) {
    this.camera = camera;
  }

  void readUntilDropped() throws IOException, SourceException {
    try (VideoReader reader =
        VideoReader.open(
            new SourceUri(camera.url()), OPTIONS, ReaderEvents.NONE, new Cancellation())) {
      assertThat(Objects.requireNonNull(reader.next()).index()).isZero();
      camera.drop();
      while (reader.next() != null) {
        // Until the connection's end shows.
      }
    }
  }
}
