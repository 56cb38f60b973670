package io.s2stream.processor.topology;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The dead-letter form of a record: key, value, timestamp and headers as they came, and headers
 * that say why.
 */
final class DeadLetter {
  /** The topic has little room beside the record itself. */
  private static final int MAX_MESSAGE_CHARS = 1_000;

  private DeadLetter() {}

  static Record<byte[], byte[]> of(
      Record<byte[], byte[]> record,
      FrameFaultException fault,
      String topic,
      int partition,
      long offset,
      String processorVersion) {
    Headers headers = new RecordHeaders(record.headers());
    Throwable cause = fault.getCause() == null ? fault : fault.getCause();
    put(headers, DeadLetterHeaders.REASON, fault.reason().label());
    put(headers, DeadLetterHeaders.PROCESSOR_VERSION, processorVersion);
    put(headers, DeadLetterHeaders.EXCEPTION, cause.getClass().getName());
    put(headers, DeadLetterHeaders.MESSAGE, shortened(Objects.toString(fault.getMessage(), "")));
    put(headers, DeadLetterHeaders.TOPIC, topic);
    put(headers, DeadLetterHeaders.PARTITION, Integer.toString(partition));
    put(headers, DeadLetterHeaders.OFFSET, Long.toString(offset));
    return record.withHeaders(headers);
  }

  private static String shortened(String message) {
    return message.length() <= MAX_MESSAGE_CHARS
        ? message
        : message.substring(0, MAX_MESSAGE_CHARS) + "…";
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
