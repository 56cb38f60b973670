package io.s2stream.schemas.serde;

import java.util.Map;

import io.s2stream.schemas.registry.SchemaRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serializer and deserializer of one record type, for Kafka Streams.
 *
 * @param <T> the generated class
 */
public final class S2AvroSerde<T extends SpecificRecord> implements Serde<T> {
  private final S2AvroSerializer serializer;
  private final S2AvroDeserializer<T> deserializer;

  /** {@link #configure} comes next. */
  public S2AvroSerde(Class<T> type) {
    this.serializer = new S2AvroSerializer();
    this.deserializer = new S2AvroDeserializer<>(type);
  }

  /** Uses this registry; usable at once for values. */
  public S2AvroSerde(Class<T> type, SchemaRegistry registry) {
    this.serializer = new S2AvroSerializer(registry);
    this.deserializer = new S2AvroDeserializer<>(type, registry);
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    serializer.configure(configs, isKey);
    deserializer.configure(configs, isKey);
  }

  @Override
  public Serializer<T> serializer() {
    return serializer::serialize;
  }

  @Override
  public Deserializer<T> deserializer() {
    return deserializer;
  }
}
