package io.s2stream.processor.topology;

import java.nio.charset.StandardCharsets;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What a message takes, as a producer reckons before it sends or refuses it. */
final class MessageSize {
  /** A batch of one record has 61 bytes of header and a few varints. */
  private static final int BATCH_OVERHEAD = 128;

  /** Two varints. */
  private static final int HEADER_OVERHEAD = 10;

  private MessageSize() {}

  /** Bytes, not less than the producer's own reckoning. */
  static long of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long bytes = BATCH_OVERHEAD + length(key) + length(value);
    for (Header header : headers) {
      bytes += HEADER_OVERHEAD + header.key().getBytes(StandardCharsets.UTF_8).length;
      bytes += length(header.value());
    }
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
