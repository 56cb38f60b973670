package io.s2stream.examples;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Records of one Java type as JSON. */
final class JsonSerde {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonSerde() {}

  static <T> Serde<T> of(Class<T> type) {
    return Serdes.serdeFrom(
        (topic, value) -> {
          try {
            return JSON.writeValueAsBytes(value);
          } catch (JsonProcessingException e) {
            throw new SerializationException("can't write a " + type.getSimpleName(), e);
          }
        },
        (topic, bytes) -> {
          try {
            return JSON.readValue(bytes, type);
          } catch (IOException e) {
            throw new SerializationException(
                "topic " + topic + " holds something else than a " + type.getSimpleName(), e);
          }
        });
  }
}
