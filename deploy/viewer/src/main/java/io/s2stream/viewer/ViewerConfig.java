package io.s2stream.viewer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.ByteSize;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.KafkaSettings;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.health.HttpConfig;
import io.s2stream.viewer.web.WebSettings;

/** Everything an operator can set about the viewer; the form of its YAML file. */
public record ViewerConfig(
    @Setting(
            "Kafka client properties, passed through: bootstrap.servers, schema.registry.url, security, and overrides"
                + " under consumer and admin.")
        KafkaSettings kafka,
    @Setting(
            value =
                "Topic of the feature records. With {stream}, {group} or {tower}, as in the processor's features-topic: all"
                    + " topics that it can name.",
            defaultValue = "s2.features")
        String featuresTopic,
    @Setting(value = "Topic of the frame batches.", defaultValue = "s2.frames") String framesTopic,
    @Setting(value = "Topic of the dead letters.", defaultValue = "s2.frames.dlq")
        String deadLetterTopic,
    @Setting(
            value =
                "Application id of the processor, whose consumer group's lag is shown. The viewer itself joins no group and"
                    + " commits nothing.",
            defaultValue = "s2-processor")
        String processorGroup,
    @Setting("The page over HTTP.") WebSettings web,
    @Setting(
            value =
                "Frames per second that are shown of a stream at most; of one that is looked at alone, five times as many.",
            defaultValue = "2")
        double fps,
    @Setting(value = "How far one can scrub back.", defaultValue = "5m") Duration history,
    @Setting(
            value =
                "Heap for what was shown, of all streams together; the oldest goes first. A frame takes N * C bytes for its features"
                    + " and some 10 kB for its picture, or, where frames are JPEGs, as much as that has.",
            defaultValue = "256MiB")
        ByteSize memory,
    @Setting(
            value =
                "Streams that are known at a time; more are left out, and the page says so. Each takes about 10 kB.",
            defaultValue = "1000")
        int maxStreams,
    @Setting(
            value =
                "Partitions of which nothing is looked at are read a little, this often, to know which streams there are.",
            defaultValue = "5s")
        Duration sampleInterval,
    @Setting(
            value =
                "How much of them is read each time, all together; also how far back reading begins. More is skipped.",
            defaultValue = "16MiB")
        ByteSize sampleSize,
    @Setting(
            value =
                "/metrics of ingest and processor, from which device, queues and drops are shown; asked every 2 s.",
            defaultValue = "[]")
        List<String> metricsUrls,
    @Setting("Health over HTTP.") HttpConfig http) {

  private static final int MAX_METRICS_URLS = 64;

  public ViewerConfig {
    metricsUrls = List.copyOf(metricsUrls);
    List<Problem> problems = new ArrayList<>();
    if (!kafka.consumer().containsKey("schema.registry.url")) {
      problems.add(
          new Problem("kafka.schema.registry.url", "missing; expected the registry's URL"));
    }
    if (!(fps > 0 && fps <= 30)) {
      problems.add(new Problem("fps", "must be more than 0 and at most 30, found " + fps));
    }
    if (history.toSeconds() < 1 || history.toHours() > 24) {
      problems.add(new Problem("history", "must be between 1s and 24h"));
    }
    if (maxStreams < 1 || maxStreams > 100_000) {
      problems.add(new Problem("max-streams", "must be between 1 and 100000"));
    }
    if (sampleInterval.toMillis() < 100 || sampleInterval.toHours() > 1) {
      problems.add(new Problem("sample-interval", "must be between 100ms and 1h"));
    }
    if (memory.bytes() < 1 << 20) {
      problems.add(new Problem("memory", "must be at least 1MiB"));
    }
    if (sampleSize.bytes() < 1 << 16) {
      problems.add(new Problem("sample-size", "must be at least 64KiB"));
    }
    if (metricsUrls.size() > MAX_METRICS_URLS
        || metricsUrls.stream().anyMatch(url -> !isHttp(url))) {
      problems.add(
          new Problem("metrics-urls", "expected up to " + MAX_METRICS_URLS + " of http(s)://…"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return List.of("http", "https").contains(uri.getScheme()) && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
