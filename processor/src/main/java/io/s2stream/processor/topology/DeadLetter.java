package io.s2stream.processor.topology;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.topics.DeadLetterHeaders;
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

  private DeadLetter() {}

  /**
   * @param maxBytes the largest message that can be sent; a record that would be larger loses its
   *     value, and if that is not enough its own headers, and then its key, as it could otherwise
   *     never be passed
   */
  static Record<byte[], byte[]> of(
      Record<byte[], byte[]> record,
      FrameFaultException fault,
      String topic,
      int partition,
      long offset,
      String processorVersion,
      int maxBytes) {
    Headers reasons = reasons(record, fault, topic, partition, offset, processorVersion);
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    Headers headers = joined(record.headers(), reasons);
    if (MessageSize.of(key, value, headers) <= maxBytes) {
      return record.withHeaders(headers);
    }
    add(reasons, DeadLetterHeaders.OMITTED_BYTES, length(value));
    headers = joined(record.headers(), reasons);
    if (MessageSize.of(key, null, headers) > maxBytes) {
      int count = record.headers().toArray().length;
      add(reasons, DeadLetterHeaders.OMITTED_HEADERS, Integer.toString(count));
      headers = reasons;
    }
    if (MessageSize.of(key, null, headers) > maxBytes) {
      add(reasons, DeadLetterHeaders.OMITTED_KEY_BYTES, length(key));
      key = null;
    }
    return new Record<>(key, null, record.timestamp(), headers);
  }

  private static Headers reasons(
      Record<byte[], byte[]> record,
      FrameFaultException fault,
      String topic,
      int partition,
      long offset,
      String processorVersion) {
    Headers headers = new RecordHeaders();
    Throwable cause = fault.getCause() == null ? fault : fault.getCause();
    if (record.key() != null) {
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
    return headers;
  }

  /** Added, not put: a header of the record that has the same name stays what it was. */
  private static Headers joined(Headers own, Headers reasons) {
    Headers all = new RecordHeaders(own);
    reasons.forEach(all::add);
    return all;
  }

  private static String length(byte @Nullable [] bytes) {
    return Integer.toString(bytes == null ? 0 : bytes.length);
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
