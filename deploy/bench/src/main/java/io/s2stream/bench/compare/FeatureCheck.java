package io.s2stream.bench.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sees that each stream's feature records come without gaps, in order, once, and of one shape. */
final class FeatureCheck implements KafkaBench.Visitor {
  private final S2AvroDeserializer<FeatureRecord> reader;
  private final List<Integer> shape;
  private final Map<String, Long> next = new HashMap<>();

  /**
   * @param shape of one frame's features, [1, N, C]
   */
  FeatureCheck(S2AvroDeserializer<FeatureRecord> reader, List<Integer> shape) {
    this.reader = reader;
    this.shape = shape;
  }

  @Override
  public void see(ConsumerRecord<byte[], byte[]> record) throws WrongOutputException {
    FeatureRecord features = reader.deserialize(record.topic(), record.headers(), record.value());
    long expected = next.merge(features.getStreamId(), 1L, Long::sum) - 1;
    if (features.getFirstFrameIndex() != expected || !features.getShape().equals(shape)) {
      throw new WrongOutputException(
          "expected frame %d of %s with shape %s, found frame %d with %s"
              .formatted(
                  expected,
                  features.getStreamId(),
                  shape,
                  features.getFirstFrameIndex(),
                  features.getShape()));
    }
  }
}
