package io.s2stream.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.s2stream.config.ByteSize;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.KafkaSettings;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.health.HttpConfig;
import io.s2stream.ingest.publish.ProducerSafety;
import io.s2stream.ingest.publish.RecordSize;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.schemas.topics.TopicCreation;
import io.s2stream.schemas.topics.TopicSpec;
import io.s2stream.schemas.topics.Topics;
import org.jspecify.annotations.Nullable;

/** Configuration of the ingest service; the YAML file holds exactly these keys. */
public record IngestConfig(
    @Setting("Properties of Kafka's clients, passed through; producer.* for the producer alone.")
        KafkaSettings kafka,
    @Setting(value = "Topic the frames go to.", defaultValue = "s2.frames") String framesTopic,
    @Setting("What to do about a missing frames topic.") TopicCreation topics,
    @Setting(
            "Size of the published frames in pixels, [height, width] or [side]: the largest image"
                + " size of the processor's plan.")
        List<Integer> imageSize,
    @Setting("How pixels travel.") EncodingSettings encoding,
    @Setting(
            value = "Frames in one record, at least 1: 1 for live latency, 8 for clip models.",
            defaultValue = "1")
        int framesPerRecord,
    @Setting("Which frames go on.") SamplingSettings sampling,
    @Setting("How pictures become frames.") PictureSettings pictures,
    @Setting("How video is decoded, and limits.") DecodingSettings decoding,
    @Setting(
            value = "Memory for frames that the broker has not acknowledged yet.",
            defaultValue = "64MiB")
        ByteSize maxInFlight,
    @Setting(
            value =
                "Frames of one live stream that wait while the broker is slow or away, at least 1;"
                    + " then its oldest are dropped and counted. One record is always kept.",
            defaultValue = "16")
        int maxWaitingFrames,
    @Setting(
            value = "How long a source that is not a local file may give no picture; at most 1h.",
            defaultValue = "15s")
        Duration stallTimeout,
    @Setting(
            value =
                "How many times in a row, without a new frame between them, a file that is not local"
                    + " is opened again after its server could not be reached, broke off or"
                    + " stalled; then its stream fails. By default for some 12 minutes. 0: never.",
            defaultValue = "20")
        int fileRetries,
    @Setting(
            value =
                "Most files that are read at the same time; the others wait. 0: as many as there"
                    + " are processors.",
            defaultValue = "0")
        int maxFilesAtOnce,
    @Setting(
            value =
                "Go on where the broker's acknowledged frames ended when ingest was stopped or"
                    + " killed; files that were sent whole are not read again. false: from the"
                    + " start.",
            defaultValue = "true")
        boolean resume,
    @Setting(
            value = "Topic that keeps where each stream's frames ended, with resume; compacted.",
            defaultValue = Topics.PLACES)
        String placesTopic,
    @Setting(
            value =
                "Longest wait at start for brokers and registry that don't answer; then the process"
                    + " ends. Not set: it waits until they do.",
            optional = true)
        @Nullable Duration startupTimeout,
    @Setting("Health and meters over HTTP.") HttpConfig http,
    @Setting("Which of the streams this instance reads.") ShardSettings shard,
    @Setting("Streams are shown and changed over HTTP.") StreamsApiSettings streamsApi,
    @Setting(
            value =
                "How often the configuration file and the folders of streams are looked at for"
                    + " changes of streams; 0s: never.",
            defaultValue = "5s")
        Duration configPoll,
    @Setting(
            value =
                "Entries of streams that get a label of their own in the meters; all others share"
                    + " the label 'other'.",
            defaultValue = "500")
        int maxStreamLabels,
    @Setting(
            value =
                "Go on when every stream is done: more may come by the configuration file or into"
                    + " its folders. With streams-api.port it always does.",
            defaultValue = "false")
        boolean keepRunning,
    @Setting("The streams to read, at least one unless streams-api.port is set.")
        List<StreamSettings> streams) {

  // Kafka carries at most 2 GiB a message; one record is also held several times in memory.
  private static final long MAX_RECORD_BYTES = 1 << 30;
  private static final long PLACE_BYTES = 1_024;
  // Longer would not be told from never; also keeps the nanoseconds in a long.
  private static final Duration MAX_STALL_TIMEOUT = Duration.ofHours(1);

  public IngestConfig {
    List<Problem> problems = new ArrayList<>();
    imageSize = List.copyOf(imageSize);
    streams = List.copyOf(streams);
    ProducerSafety.check(kafka, problems);
    checkSizes(imageSize, framesPerRecord, problems);
    if (framesTopic.isBlank()) {
      problems.add(new Problem("frames-topic", "empty; expected a topic name"));
    }
    if (maxWaitingFrames < 1) {
      problems.add(new Problem("max-waiting-frames", maxWaitingFrames + ": expected at least 1"));
    }
    if (stallTimeout.isNegative()
        || stallTimeout.isZero()
        || stallTimeout.compareTo(MAX_STALL_TIMEOUT) > 0) {
      problems.add(
          new Problem("stall-timeout", stallTimeout + ": expected more than 0, at most 1h"));
    }
    if (fileRetries < 0) {
      problems.add(new Problem("file-retries", fileRetries + ": expected 0 or more"));
    }
    if (maxStreamLabels < 0) {
      problems.add(new Problem("max-stream-labels", maxStreamLabels + ": expected 0 or more"));
    }
    if (maxFilesAtOnce < 0) {
      problems.add(new Problem("max-files-at-once", maxFilesAtOnce + ": expected 0 or more"));
    }
    if (placesTopic.isBlank() || placesTopic.equals(framesTopic)) {
      problems.add(
          new Problem("places-topic", "expected a topic name other than that of the frames"));
    }
    if (configPoll.isNegative()) {
      problems.add(new Problem("config-poll", configPoll + ": expected 0s or more"));
    }
    checkStreams(streams, streamsApi.port() != null, problems);
    checkSampling(streams, sampling, problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  private static void checkSizes(
      List<Integer> imageSize, int framesPerRecord, List<Problem> problems) {
    if (framesPerRecord < 1) {
      problems.add(new Problem("frames-per-record", framesPerRecord + ": expected at least 1"));
    }
    try {
      long bytes = RecordSize.maxBytes(size(imageSize), Math.max(1, framesPerRecord));
      if (bytes > MAX_RECORD_BYTES) {
        problems.add(
            new Problem(
                "frames-per-record",
                framesPerRecord
                    + " frames of this image-size make records of "
                    + bytes
                    + " bytes; at most "
                    + MAX_RECORD_BYTES
                    + " are possible"));
      }
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("image-size", String.valueOf(e.getMessage())));
    }
  }

  private static void checkStreams(
      List<StreamSettings> streams, boolean mayBeEmpty, List<Problem> problems) {
    if (streams.isEmpty() && !mayBeEmpty) {
      problems.add(new Problem("streams", "empty; expected at least one stream"));
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < streams.size(); i++) {
      if (!ids.add(streams.get(i).id())) {
        problems.add(
            new Problem(
                "streams[" + i + "].id",
                "'" + streams.get(i).id() + "' is used twice; ids must be unique"));
      }
    }
  }

  private static void checkSampling(
      List<StreamSettings> streams, SamplingSettings common, List<Problem> problems) {
    for (int i = 0; i < streams.size(); i++) {
      StreamSettings stream = streams.get(i);
      SamplingSettings own = stream.sampling();
      boolean counts = (own == null ? common : own).uniform() != null;
      if (counts && !stream.uri().isBlank() && stream.source().localPath().isEmpty()) {
        problems.add(
            new Problem(
                own == null ? "sampling.uniform" : "streams[" + i + "].sampling.uniform",
                "stream '"
                    + stream.id()
                    + "' is no file, so its frames can't be counted first; give it a sampling of"
                    + " its own"));
      }
    }
  }

  private static ImageSize size(List<Integer> sides) {
    return switch (sides.size()) {
      case 1 -> new ImageSize(sides.get(0), sides.get(0));
      case 2 -> new ImageSize(sides.get(0), sides.get(1));
      default -> throw new IllegalArgumentException(sides + ": expected [height, width] or [side]");
    };
  }

  /** Returns {@link #imageSize} as a size. */
  public ImageSize frameSize() {
    return size(imageSize);
  }

  /** Returns how many threads read files. */
  int fileThreads() {
    return maxFilesAtOnce > 0 ? maxFilesAtOnce : Runtime.getRuntime().availableProcessors();
  }

  /** Returns what the places topic has to be and to carry. */
  public TopicSpec placesTopicSpec() {
    return topics.topic(placesTopic, PLACE_BYTES).asCompacted();
  }

  /** Returns what the frames topic has to be and to carry. */
  public TopicSpec framesTopicSpec() {
    return topics.topic(framesTopic, RecordSize.maxBytes(frameSize(), framesPerRecord));
  }
}
