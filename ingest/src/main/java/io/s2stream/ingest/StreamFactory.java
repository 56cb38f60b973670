package io.s2stream.ingest;

import java.time.Duration;

import io.s2stream.ingest.place.StreamPlaces;
import io.s2stream.ingest.publish.LiveQueue;
import io.s2stream.ingest.publish.LiveSender;
import io.s2stream.ingest.publish.StreamPublisher;
import io.s2stream.ingest.source.Hardware;
import io.s2stream.ingest.source.ReaderOptions;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** Makes streams from what they share and what is theirs. */
final class StreamFactory {

  private final IngestConfig config;
  private final Producer<String, Object> producer;
  private final LiveSender liveSender;
  private final @Nullable StreamPlaces places;
  private final IngestMetrics metrics;
  private final Hardware hardware;

  /**
   * @param hardware for all streams; the caller closes it after them
   */
  StreamFactory(
      IngestConfig config,
      Producer<String, Object> producer,
      LiveSender liveSender,
      @Nullable StreamPlaces places,
      IngestMetrics metrics,
      Hardware hardware) {
    this.config = config;
    this.producer = producer;
    this.liveSender = liveSender;
    this.places = places;
    this.metrics = metrics;
    this.hardware = hardware;
  }

  RunningStream make(StreamSource source) {
    StreamSettings stream = source.settings();
    String id = stream.id();
    StreamProgress progress =
        new StreamProgress(
            id,
            stream.live().isLiveBeforeOpening(stream.source()),
            metrics.forStream(source.entry()),
            record -> {
              if (places != null) {
                places.acknowledged(id, record);
              }
            });
    LiveQueue queue =
        new LiveQueue(
            id,
            Math.max(1, config.maxWaitingFrames() / config.framesPerRecord()),
            liveSender,
            progress);
    StreamWorker worker =
        new StreamWorker(
            id,
            stream.source(),
            readerOptions(stream),
            config.framesPerRecord(),
            () -> config.encoding().encoder(config.frameSize()),
            new StreamPublisher(producer, config.framesTopic(), progress),
            queue,
            places,
            new FileRetries(config.fileRetries()),
            new ReopenDelay(),
            progress);
    return new RunningStream(source, worker, queue);
  }

  private ReaderOptions readerOptions(StreamSettings stream) {
    SamplingSettings own = stream.sampling();
    boolean local = stream.source().localPath().isPresent();
    return ReaderOptions.of(config.frameSize(), (own == null ? config.sampling() : own).sampling())
        .withPictures(config.pictures().options())
        .withDecoding(config.decoding().options(hardware))
        .withLive(stream.live())
        .withStallTimeout(local ? Duration.ZERO : config.stallTimeout())
        .withLibavOptions(stream.libavOptions());
  }
}
