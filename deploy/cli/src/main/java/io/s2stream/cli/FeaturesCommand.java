package io.s2stream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

import io.s2stream.cli.extract.ArchiveFormat;
import io.s2stream.cli.extract.RecordFolder;
import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.UnreadableMessageException;
import io.s2stream.schemas.tensor.FeatureTensor;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import io.s2stream.schemas.topics.Topics;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code s2 features}: subscribes to the features topic and prints what arrives. What can't be
 * shown is named on standard error, and the next record follows.
 */
@Command(
    name = "features",
    description = "Subscribe to feature records and print them, one line each.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class FeaturesCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final StopSignal stop;
  private final FeatureText text = new FeatureText();

  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT,…",
      description = "Kafka brokers.")
  private String bootstrapServers;

  @Option(
      names = "--schema-registry",
      required = true,
      paramLabel = "URL",
      description = "Schema registry.")
  private String schemaRegistry;

  @ArgGroup private Source source = new Source();

  /** Where the features are: one topic, or all that a pattern fits. */
  private static final class Source {
    @Option(
        names = "--topic",
        defaultValue = Topics.FEATURES,
        description = "Topic of the features; default ${DEFAULT-VALUE}.")
    private String topic = Topics.FEATURES;

    @Option(
        names = "--topics",
        paramLabel = "REGEX",
        description =
            "Every topic whose whole name this regular expression fits, also those that are made"
                + " later.")
    private @Nullable Pattern topics;
  }

  @Option(
      names = "--from-beginning",
      description = "Start with the oldest record; default: new ones only.")
  private boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "Stop after N records.")
  private @Nullable Long max;

  @Option(names = "--stream", paramLabel = "ID", description = "Only this stream.")
  private @Nullable String stream;

  @Option(names = "--json", description = "Print JSON lines with all metadata (not the tensor).")
  private boolean json;

  @Option(
      names = "--stats",
      description =
          "Add the norms of the tokens, the number of values that aren't finite, and the drift: 1 -"
              + " cosine to the stream's previous record, over the mean of all tokens.")
  private boolean stats;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Write each record to a file of this folder, which is made if need be.")
  private @Nullable Path save;

  @Option(
      names = "--format",
      defaultValue = "NPZ",
      paramLabel = "npz|safetensors",
      description = "Form of the files of --save; default npz.")
  private ArchiveFormat format;

  @Option(
      names = "--pca",
      paramLabel = "FILE.png",
      description =
          "Draw the patches of each record's first frame, with their first three principal"
              + " components as colours; the axes are those of the first record.")
  private @Nullable Path pca;

  @Option(
      names = {"-X", "--property"},
      paramLabel = "KEY=VALUE",
      description = "Any Kafka client property, for example security.protocol=SSL; repeatable.")
  private Map<String, String> properties = new HashMap<>();

  FeaturesCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, String> all = new HashMap<>(properties);
    all.put("bootstrap.servers", bootstrapServers);
    all.put("schema.registry.url", schemaRegistry);
    KafkaSettings kafka = KafkaSettings.of(all);
    checkTopic(kafka);
    try (KafkaConsumer<String, byte[]> consumer = consumer(kafka)) {
      FeatureTopics topics =
          source.topics == null
              ? FeatureTopics.of(consumer, source.topic)
              : FeatureTopics.like(consumer, source.topics);
      topics.start(fromBeginning);
      print(topics, values(kafka));
    }
    return 0;
  }

  /** Of topics by a pattern there may be none yet. */
  private void checkTopic(KafkaSettings kafka) throws Exception {
    try (TopicPreflight preflight = TopicPreflight.connect(kafka, CONNECT_TIMEOUT)) {
      if (source.topics == null) {
        CheckedTopic unused = preflight.ensure(new TopicSpec(source.topic, 0, -1, -1, false));
      } else {
        int unused = preflight.names().size(); // a broker answers
      }
    } catch (TopicException e) {
      if (e.getCause() == null) {
        throw new CommandFailedException(
            "there is no topic '"
                + source.topic
                + "'; s2 process creates it when it starts, or check --topic");
      }
      throw e;
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(KafkaSettings kafka) {
    Map<String, Object> config = kafka.consumer();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1); // The system's choice.
    return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Not the consumer's, which would log what it can't read, and not go on by itself. */
  private static S2AvroDeserializer<FeatureRecord> values(KafkaSettings kafka) {
    S2AvroDeserializer<FeatureRecord> values = new S2AvroDeserializer<>(FeatureRecord.class);
    values.configure(kafka.consumer(), false);
    return values;
  }

  private void print(FeatureTopics topics, S2AvroDeserializer<FeatureRecord> values)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FeatureDrift drift = new FeatureDrift();
    RecordFolder folder = save == null ? null : new RecordFolder(save, format);
    PcaPicture picture = pca == null ? null : new PcaPicture(pca);
    long left = max == null ? Long.MAX_VALUE : max;
    // checkError: whoever reads our output, such as head, has gone. The writer itself doesn't
    // notice.
    while (left > 0 && !stop.isRequested() && !System.out.checkError()) {
      for (ConsumerRecord<String, byte[]> message : topics.poll(POLL)) {
        if (left == 0) {
          break;
        }
        FeatureRecord record = wanted(values, message);
        if (record != null) {
          out.println(line(message, record, drift, folder, picture));
          left--;
        }
      }
      out.flush();
    }
  }

  /**
   * Returns the message's record; null if it is another stream's, or can't be shown and is left
   * out. Nothing is done with a record before this has judged it.
   */
  private @Nullable FeatureRecord wanted(
      S2AvroDeserializer<FeatureRecord> values, ConsumerRecord<String, byte[]> message) {
    try {
      FeatureRecord record = record(values, message);
      if (stream != null && !stream.equals(record.getStreamId())) {
        return null;
      }
      if (looksIntoTensor()) {
        check(record);
      }
      return record;
    } catch (UnreadableMessageException | IllegalArgumentException e) {
      leftOut(message, e);
      return null;
    }
  }

  /** On standard error, so that what reads the output gets records alone. */
  private void leftOut(ConsumerRecord<?, ?> message, Exception why) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "s2: %s %d@%d is left out: %s"
            .formatted(message.topic(), message.partition(), message.offset(), why.getMessage()));
    err.flush();
  }

  private static FeatureRecord record(
      S2AvroDeserializer<FeatureRecord> values, ConsumerRecord<String, byte[]> message) {
    if (message.value() == null) {
      throw new IllegalArgumentException("it has no value");
    }
    return values.deserialize(message.topic(), message.value());
  }

  /** Metadata alone is shown whatever the record says. */
  private boolean looksIntoTensor() {
    return !json || stats || save != null || pca != null;
  }

  /**
   * Whether all that is asked for can be done with the record.
   *
   * @throws IllegalArgumentException if not, as it contradicts itself or has no features though it
   *     should
   */
  private void check(FeatureRecord record) {
    FeatureTensor tensor = FeatureTensor.of(record); // Figures and files need no more.
    if (!hasFeatures(record)) {
      return;
    }
    if (tensor.frames() == 0 || tensor.tokens() == 0 || tensor.channels() == 0) {
      throw FeatureTensor.invalid(record, "it has no features");
    }
    if (pca != null) {
      PcaPicture.check(record);
    }
  }

  /** False for an end of stream without frames, and where frames were skipped. */
  private static boolean hasFeatures(FeatureRecord record) {
    boolean mark = record.getEndOfStream() && record.getFrames().isEmpty();
    return !mark && record.getSkipped() == null;
  }

  /**
   * Does all that is asked for with a record, and describes it.
   *
   * @param record {@link #wanted}
   */
  private String line(
      ConsumerRecord<?, ?> message,
      FeatureRecord record,
      FeatureDrift drift,
      @Nullable RecordFolder folder,
      @Nullable PcaPicture picture)
      throws IOException {
    boolean hasFeatures = hasFeatures(record);
    if (picture != null && hasFeatures) {
      picture.draw(record);
    }
    if (folder != null && hasFeatures) {
      folder.save(record);
    }
    FeatureDrift.Figures figures = stats && hasFeatures ? drift.add(record) : null;
    return json ? text.json(message, record, figures) : text.line(record, figures);
  }
}
