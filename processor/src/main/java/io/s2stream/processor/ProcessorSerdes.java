package io.s2stream.processor;

import java.util.Map;

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

/**
 * What reads frame batches and writes feature records. Both ask one registry, so that what one has
 * learnt of it serves the other. Thread-safe.
 */
record ProcessorSerdes(S2AvroDeserializer<FrameBatch> frames, S2AvroSerializer features) {

  /**
   * Waits for the registry and registers, or finds, the schema of the features; where streams have
   * topics of their own, each when its first record comes.
   *
   * @param template of the topic of the features
   * @throws io.s2stream.config.InvalidSettingException when the registry refuses that
   */
  static ProcessorSerdes of(
      ProcessorConfig config, TopicTemplate template, Health health, Patience patience)
      throws InterruptedException {
    Map<String, Object> settings = config.kafka().streams();
    Outage outage = new Outage(RegistryStart.NAME, health);
    SchemaRegistry registry =
        new WatchedSchemaRegistry(SchemaRegistry.configured(settings), outage);
    S2AvroSerializer features = new S2AvroSerializer(registry);
    features.configure(settings, false);
    RegistryStart.await(
        patience,
        outage,
        () -> {
          if (template.isFixed()) {
            features.prepare(template.topic(), FeatureRecord.getClassSchema());
          } else {
            awaitAnswer(registry, template);
          }
        });
    return new ProcessorSerdes(new S2AvroDeserializer<>(FrameBatch.class, registry), features);
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
