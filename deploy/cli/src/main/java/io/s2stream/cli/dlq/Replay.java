package io.s2stream.cli.dlq;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.topics.TopicException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One run of a replay. Each letter and the note that it was sent are one transaction: a run that is
 * killed has done neither or both, and of two runs at once the earlier one is ended.
 */
final class Replay {
  private final KafkaSettings kafka;
  private final String topic;
  private final Choice choice;
  private final Consumer<String> lines;
  private final BooleanSupplier stopRequested;
  private final Map<TopicPartition, ReplayedOffsets> done = new HashMap<>();
  private final Map<TopicPartition, Long> seen = new HashMap<>();
  private final Set<TopicPartition> full = new HashSet<>();
  private int replayed;
  private int worn;
  private int gone;
  private boolean limitReached;

  /**
   * Which letters, and what to do with them.
   *
   * @param to null: where each came from
   */
  record Choice(
      Predicate<Letter> matches,
      String group,
      @Nullable String to,
      int limit,
      int maxRounds,
      boolean skip,
      boolean dryRun) {}

  /**
   * @param worn left because they were replayed as often as allowed
   * @param gone left because their value stands nowhere any more
   * @param unremembered partitions in which no more gaps can be remembered
   * @param more whether the limit, or a request to stop, ended the run early
   */
  record Result(int replayed, int worn, int gone, int unremembered, boolean more) {

    /** Letters and partitions that need somebody's decision. */
    int left() {
      return worn + gone + unremembered;
    }

    String describe(boolean skip, boolean dryRun) {
      String verb = skip ? "skipped" : "replayed";
      StringBuilder text = new StringBuilder();
      text.append(dryRun ? "would have " + verb + " " : verb + " ").append(replayed);
      if (worn > 0) {
        text.append("; left ").append(worn).append(" that were replayed --max-rounds times");
      }
      if (gone > 0) {
        text.append("; left ").append(gone).append(" whose value is no longer in its topic");
      }
      if (unremembered > 0) {
        text.append("; stopped in ")
            .append(unremembered)
            .append(" partitions with too many gaps to remember: deal with older letters first");
      }
      return text.append(more ? "; there may be more" : "").toString();
    }
  }

  Replay(
      KafkaSettings kafka,
      String topic,
      Choice choice,
      Consumer<String> lines,
      BooleanSupplier stopRequested) {
    this.kafka = kafka;
    this.topic = topic;
    this.choice = choice;
    this.lines = lines;
    this.stopRequested = stopRequested;
  }

  Result run() throws TopicException, InterruptedException {
    try (DeadLetterTopic letters = DeadLetterTopic.open(kafka, topic, choice.group());
        DeadLetterTopic originals = DeadLetterTopic.open(kafka, topic, null);
        Producer<byte[], byte[]> producer = ReplayedRecord.producer(kafka, choice.group())) {
      if (!choice.dryRun()) {
        producer.initTransactions(); // ends an earlier run that still goes on
      }
      position(letters);
      letters.read(
          record -> {
            take(record, letters, originals, producer);
            return !limitReached && !stopRequested.getAsBoolean();
          });
      boolean more = limitReached || stopRequested.getAsBoolean();
      return new Result(replayed, worn, gone, full.size(), more);
    }
  }

  private void position(DeadLetterTopic letters) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        letters.consumer().committed(new HashSet<>(letters.partitions()));
    Map<TopicPartition, Long> beginnings =
        letters.consumer().beginningOffsets(letters.partitions());
    for (TopicPartition partition : letters.partitions()) {
      ReplayedOffsets offsets =
          ReplayedOffsets.of(committed.get(partition), beginnings.getOrDefault(partition, 0L));
      done.put(partition, offsets);
      seen.put(partition, offsets.next() - 1);
      letters.consumer().seek(partition, offsets.next());
    }
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record,
      DeadLetterTopic letters,
      DeadLetterTopic originals,
      Producer<byte[], byte[]> producer) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    ReplayedOffsets offsets = done.get(partition);
    Long before = seen.put(partition, record.offset());
    if (offsets == null || before == null || full.contains(partition)) {
      return;
    }
    offsets.add(before + 1, record.offset() - 1); // transaction marks, and what was compacted away
    Letter letter = Letter.of(record);
    if (offsets.contains(record.offset()) || !choice.matches().test(letter)) {
      return;
    }
    if (letter.replays() >= choice.maxRounds() && !choice.skip()) {
      worn++;
      lines.accept(letter.position() + " left: replayed " + letter.replays() + " times before");
      return;
    }
    ConsumerRecord<byte[], byte[]> whole = letter.omitted() ? original(letter, originals) : record;
    if (whole == null && !choice.skip()) {
      gone++;
      lines.accept(letter.position() + " left: no longer at " + letter.source());
      return;
    }
    offsets.add(record.offset(), record.offset());
    if (!offsets.fits()) {
      full.add(partition);
      return;
    }
    String to = choice.to() == null ? letter.sourceTopic() : choice.to();
    if (choice.dryRun() || choice.skip()) {
      lines.accept(letter.position() + " " + letter.reason() + " " + letter.stream());
    }
    if (!choice.dryRun()) {
      ProducerRecord<byte[], byte[]> again =
          choice.skip() || whole == null
              ? null
              : ReplayedRecord.of(record, whole, letter, to, producer);
      commit(letters, producer, again, partition, offsets);
    }
    replayed++;
    limitReached = replayed >= choice.limit();
  }

  private static @Nullable ConsumerRecord<byte[], byte[]> original(
      Letter letter, DeadLetterTopic originals) {
    return letter.sourceTopic().isEmpty() || letter.sourceOffset() < 0
        ? null
        : originals.find(
            new TopicPartition(letter.sourceTopic(), letter.sourcePartition()),
            letter.sourceOffset());
  }

  private static void commit(
      DeadLetterTopic letters,
      Producer<byte[], byte[]> producer,
      @Nullable ProducerRecord<byte[], byte[]> again,
      TopicPartition partition,
      ReplayedOffsets offsets) {
    producer.beginTransaction();
    if (again != null) {
      ReplayedRecord.send(producer, again);
    }
    producer.sendOffsetsToTransaction(
        Map.of(partition, offsets.toCommit()), letters.consumer().groupMetadata());
    producer.commitTransaction();
  }
}
