package io.s2stream.cli.dlq;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What is told about one dead letter; without its key and value, so that many can be kept.
 *
 * @param partition of the dead-letter topic
 * @param offset in that partition
 * @param time the record's timestamp, which is the frame batch's own
 * @param reason {@code unknown} if the record says none
 * @param sourceOffset -1 if the record says none
 * @param bytes size of the value, also of one that was left out
 * @param replays how often it was replayed before
 */
record Letter(
    int partition,
    long offset,
    Instant time,
    String reason,
    String stream,
    String exception,
    String message,
    String processorVersion,
    String sourceTopic,
    int sourcePartition,
    long sourceOffset,
    int bytes,
    boolean omitted,
    int replays) {

  static Letter of(ConsumerRecord<byte[], byte[]> record) {
    String omitted = header(record, DeadLetterHeaders.OMITTED_BYTES);
    byte @Nullable [] value = record.value();
    return new Letter(
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        orElse(header(record, DeadLetterHeaders.REASON), "unknown"),
        orElse(header(record, DeadLetterHeaders.STREAM), ""),
        orElse(header(record, DeadLetterHeaders.EXCEPTION), ""),
        orElse(header(record, DeadLetterHeaders.MESSAGE), ""),
        orElse(header(record, DeadLetterHeaders.PROCESSOR_VERSION), ""),
        orElse(header(record, DeadLetterHeaders.TOPIC), ""),
        (int) number(header(record, DeadLetterHeaders.PARTITION), -1),
        number(header(record, DeadLetterHeaders.OFFSET), -1),
        omitted == null ? (value == null ? 0 : value.length) : (int) number(omitted, 0),
        omitted != null,
        (int) number(header(record, DeadLetterHeaders.REPLAYS), 0));
  }

  /** Where it stands, as {@code s2 dlq show} takes it. */
  String position() {
    return partition + "@" + offset;
  }

  /** Where it came from. */
  String source() {
    return sourceTopic + "-" + sourcePartition + "@" + sourceOffset;
  }

  private static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
    Header last = record.headers().lastHeader(name);
    return last == null || last.value() == null
        ? null
        : new String(last.value(), StandardCharsets.UTF_8);
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private static long number(@Nullable String text, long otherwise) {
    try {
      return text == null ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
