package io.s2stream.schemas.topics;

import java.nio.charset.StandardCharsets;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Headers of a feature message beside those of its frame batch, which it keeps (such as {@code
 * traceparent}): enough to route or drop it without decoding megabytes. Values are UTF-8 text.
 */
public final class FeatureHeaders {
  /** As in the record: {@code processor_version}. */
  public static final String PROCESSOR_VERSION = DeadLetterHeaders.PROCESSOR_VERSION;

  /** As in the record: {@code tower_sha256}. */
  public static final String TOWER_SHA256 = "s2-tower-sha256";

  /**
   * Where the frames of these features lie: {@code topic-partition@offset} of their frame batch, as
   * long as the topic keeps it.
   */
  public static final String FRAMES = "s2-frames";

  private FeatureHeaders() {}

  /**
   * @param incoming headers of the frame batch; left as they are
   * @param offset of the frame batch in its partition
   */
  public static Headers of(
      Headers incoming, FeatureRecord record, TopicPartition partition, long offset) {
    Headers headers = new RecordHeaders(incoming);
    put(headers, FRAMES, partition + "@" + offset);
    put(headers, PROCESSOR_VERSION, record.getProcessorVersion());
    put(headers, TOWER_SHA256, record.getTowerSha256());
    return headers;
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
