package io.s2stream.processor.topology;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The dead-letter form of a record: key, value, timestamp and headers as they came, and then
 * headers that say why.
 */
final class DeadLetter {
  /** The topic has little room beside the record itself. */
  private static final int MAX_MESSAGE_CHARS = 1_000;

  private static final int MAX_STREAM_CHARS = 250;

  /** A batch of one record has 61 bytes of header and a few varints; a header has two of them. */
  private static final int BATCH_OVERHEAD = 128;

  private static final int HEADER_OVERHEAD = 10;

  private DeadLetter() {}

  /**
   * @param maxBytes the largest message that can be sent; a record that would be larger loses its
   *     value, as it could otherwise never be passed
   */
  static Record<byte[], byte[]> of(
      Record<byte[], byte[]> record,
      FrameFaultException fault,
      String topic,
      int partition,
      long offset,
      String processorVersion,
      int maxBytes) {
    // Added, not put: a header of the record that has the same name stays what it was.
    Headers headers = new RecordHeaders(record.headers());
    Throwable cause = fault.getCause() == null ? fault : fault.getCause();
    byte @Nullable [] key = record.key();
    if (key != null) {
      add(headers, DeadLetterHeaders.STREAM, stream(record));
    }
    add(headers, DeadLetterHeaders.REASON, fault.reason().label());
    add(headers, DeadLetterHeaders.PROCESSOR_VERSION, processorVersion);
    add(headers, DeadLetterHeaders.EXCEPTION, cause.getClass().getName());
    add(
        headers,
        DeadLetterHeaders.MESSAGE,
        shortened(Objects.toString(fault.getMessage(), ""), MAX_MESSAGE_CHARS));
    add(headers, DeadLetterHeaders.TOPIC, topic);
    add(headers, DeadLetterHeaders.PARTITION, Integer.toString(partition));
    add(headers, DeadLetterHeaders.OFFSET, Long.toString(offset));
    byte @Nullable [] value = record.value();
    if (value == null || bytes(key, value, headers) <= maxBytes) {
      return record.withHeaders(headers);
    }
    add(headers, DeadLetterHeaders.OMITTED_BYTES, Integer.toString(value.length));
    return new Record<>(record.key(), null, record.timestamp(), headers);
  }

  /** Not less than the producer reckons before it refuses a record. */
  private static long bytes(byte @Nullable [] key, byte[] value, Headers headers) {
    long bytes = BATCH_OVERHEAD + (key == null ? 0 : key.length) + (long) value.length;
    for (Header header : headers) {
      bytes += HEADER_OVERHEAD + utf8(header.key()).length;
      bytes += header.value() == null ? 0 : header.value().length;
    }
    return bytes;
  }

  /** The stream after a record's key; empty without one. */
  static String stream(Record<byte[], byte[]> record) {
    byte @Nullable [] key = record.key();
    return key == null ? "" : shortened(text(key), MAX_STREAM_CHARS);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String shortened(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "…";
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, utf8(value));
  }
}
