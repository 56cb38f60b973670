package io.s2stream.cli.dlq;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 dlq list}: counts by reason, and the newest dead letters. */
@Command(
    name = "list",
    description = "Count dead letters by reason and list the newest.",
    mixinStandardHelpOptions = true)
final class DlqListCommand implements Callable<Integer> {
  private static final int MAX_REASONS = 100;
  private static final int MAX_MESSAGE_CHARS = 100;

  /** Time first; letters of one time in the order of the topic. */
  private static final Comparator<Letter> OLDEST_FIRST =
      Comparator.comparing(Letter::time)
          .thenComparing(Letter::partition)
          .thenComparing(Letter::offset);

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions where = new KafkaOptions();
  @Mixin private LetterFilter filter = new LetterFilter();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "List at most N; default ${DEFAULT-VALUE}. The counts are of all.")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final Map<String, Long> counts = new TreeMap<>();
  private final PriorityQueue<Letter> newest = new PriorityQueue<>(OLDEST_FIRST);
  private long total;

  @Override
  public Integer call() throws Exception {
    if (limit < 0 || limit > 100_000) {
      throw new ParameterException(spec.commandLine(), "--limit: expected 0 to 100000");
    }
    try (DeadLetterTopic topic = DeadLetterTopic.open(where.kafka(), where.topic(), null)) {
      topic.consumer().seekToBeginning(topic.partitions());
      topic.read(
          record -> {
            Letter letter = Letter.of(record);
            if (filter.matches(letter)) {
              count(letter);
            }
            return true;
          });
    }
    List<Letter> letters = newest.stream().sorted(OLDEST_FIRST.reversed()).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(letters));
    } else {
      print(letters, out);
    }
    out.flush();
    return 0;
  }

  private void count(Letter letter) {
    total++;
    boolean known = counts.containsKey(letter.reason()) || counts.size() < MAX_REASONS;
    counts.merge(known ? letter.reason() : "others", 1L, Long::sum);
    newest.add(letter);
    if (newest.size() > limit) {
      newest.remove();
    }
  }

  private void print(List<Letter> letters, PrintWriter out) {
    out.printf(Locale.ROOT, "%,d dead letters in %s%n", total, where.topic());
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(e -> out.printf(Locale.ROOT, "%,10d  %s%n", e.getValue(), e.getKey()));
    if (!letters.isEmpty()) {
      out.println();
    }
    for (Letter letter : letters) {
      String message = letter.message().lines().findFirst().orElse("");
      out.printf(
          Locale.ROOT,
          "%s  %s  %s  %s  from %s, %,d bytes%s: %s%n",
          letter.position(),
          letter.time().truncatedTo(ChronoUnit.SECONDS),
          letter.reason(),
          letter.stream(),
          letter.source(),
          letter.bytes(),
          letter.replays() == 0 ? "" : ", replayed " + letter.replays() + " times",
          message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS)));
    }
  }

  private String json(List<Letter> letters) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("topic", where.topic()).put("total", total);
    ObjectNode reasons = root.putObject("reasons");
    counts.forEach(reasons::put);
    ArrayNode list = root.putArray("letters");
    for (Letter letter : letters) {
      list.addObject()
          .put("position", letter.position())
          .put("time", letter.time().toString())
          .put("reason", letter.reason())
          .put("stream", letter.stream())
          .put("exception", letter.exception())
          .put("message", letter.message())
          .put("processor_version", letter.processorVersion())
          .put("source_topic", letter.sourceTopic())
          .put("source_partition", letter.sourcePartition())
          .put("source_offset", letter.sourceOffset())
          .put("bytes", letter.bytes())
          .put("value_omitted", letter.omitted())
          .put("replays", letter.replays());
    }
    return root.toString();
  }
}
