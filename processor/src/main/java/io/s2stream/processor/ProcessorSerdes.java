package io.s2stream.processor;

import java.util.Map;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.health.Health;
import io.s2stream.health.Outage;
import io.s2stream.health.Patience;
import io.s2stream.processor.route.TopicTemplate;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.RegistryStart;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.registry.WatchedSchemaRegistry;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * What reads frame batches and writes feature records. Both ask one registry, so that what one has
 * learnt of it serves the other. Thread-safe.
 */
record ProcessorSerdes(
    S2AvroDeserializer<FrameBatch> frames, Serializer<? super FeatureRecord> features) {
  private static final String SERIALIZER = "value.serializer";

  /**
   * Waits for the registry and registers, or finds, the schema of the features; where streams have
   * topics of their own, each when its first record comes.
   *
   * @param template of the topic of the features
   *     <p>{@code kafka.producer.value.serializer} names another serializer, such as Confluent's.
   *     It asks the registry when its first record comes.
   * @throws InvalidSettingException when the registry refuses that, or there is no such serializer
   */
  static ProcessorSerdes of(
      ProcessorConfig config, TopicTemplate template, Health health, Patience patience)
      throws InterruptedException {
    Map<String, Object> settings = config.kafka().streams();
    Outage outage = new Outage(RegistryStart.NAME, health);
    SchemaRegistry registry =
        new WatchedSchemaRegistry(SchemaRegistry.configured(settings), outage);
    Serializer<? super FeatureRecord> features = serializer(config, registry);
    RegistryStart.await(
        patience,
        outage,
        () -> {
          if (template.isFixed() && features instanceof S2AvroSerializer ours) {
            ours.prepare(template.topic(), FeatureRecord.getClassSchema());
          } else {
            awaitAnswer(registry, template);
          }
        });
    return new ProcessorSerdes(new S2AvroDeserializer<>(FrameBatch.class, registry), features);
  }

  private static Serializer<? super FeatureRecord> serializer(
      ProcessorConfig config, SchemaRegistry registry) {
    Map<String, Object> settings = config.kafka().producer();
    String name = settings.getOrDefault(SERIALIZER, S2AvroSerializer.class.getName()).toString();
    Serializer<? super FeatureRecord> features =
        name.equals(S2AvroSerializer.class.getName())
            ? new S2AvroSerializer(registry).inPlace()
            : named(name);
    features.configure(settings, false);
    return features;
  }

  @SuppressWarnings("unchecked") // what it takes shows with the first record
  private static Serializer<? super FeatureRecord> named(String name) {
    try {
      return (Serializer<? super FeatureRecord>) Utils.newInstance(name, Serializer.class);
    } catch (ClassNotFoundException | KafkaException | ClassCastException e) {
      throw new InvalidSettingException(
          "kafka.producer." + SERIALIZER,
          name
              + " is no serializer on the class path ("
              + e.getMessage()
              + "); Confluent's is in a distribution that was built with the profile confluent");
    }
  }

  /** Asks about a subject that there can't be, as no topic has such a name. */
  private static void awaitAnswer(SchemaRegistry registry, TopicTemplate template) {
    try {
      registry.latest(template + "-value");
    } catch (SchemaNotFoundException e) {
      return; // It answers.
    }
  }
}
