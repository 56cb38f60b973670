package io.s2stream.ingest;

import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.health.HealthServer;
import io.s2stream.health.Outage;
import io.s2stream.health.Patience;
import io.s2stream.ingest.publish.ProducerSettings;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.StreamPlace;
import io.s2stream.schemas.registry.RegistryStart;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.BrokerWatch;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicSpec;
import io.s2stream.schemas.topics.TopicStart;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What ingest needs of others before it reads its first frame: the registry, which it then needs no
 * more, and the frames topic. And how it tells what it waits for.
 *
 * @param producer whoever gets it closes it
 */
record IngestStart(HealthServer front, Producer<String, Object> producer, BrokerWatch watch)
    implements AutoCloseable {

  /** Waits for registry and brokers, as long as the configuration allows. */
  static IngestStart await(IngestConfig config, MeterRegistry meters)
      throws TopicException, InterruptedException {
    HealthServer front =
        HealthServer.start(
            config.http(), () -> meters instanceof PrometheusMeterRegistry all ? all.scrape() : "");
    try {
      Patience patience = new Patience(config.startupTimeout());
      TopicSpec topic = config.framesTopicSpec();
      Map<String, Object> properties =
          ProducerSettings.of(
              config.kafka(), topic.neededMessageBytes(), config.maxInFlight().bytes());
      S2AvroSerializer serializer =
          preparedSerializer(
              config, properties, patience, new Outage(RegistryStart.NAME, front.health()));
      TopicStart.await(
          patience,
          front.health(),
          config.kafka(),
          topics -> {
            if (config.resume()) {
              topics.ensure(config.placesTopicSpec());
            }
            return topics.ensure(topic);
          });
      Producer<String, Object> producer = producer(properties, serializer);
      BrokerWatch watch = BrokerWatch.start(config.kafka(), List.of(topic.topic()), front.health());
      front.health().started();
      return new IngestStart(front, producer, watch);
    } catch (TopicException | InterruptedException | RuntimeException e) {
      front.close();
      throw e;
    }
  }

  /** Null when the operator chose another serializer than ours, which has its own ways. */
  private static @Nullable S2AvroSerializer preparedSerializer(
      IngestConfig config, Map<String, Object> properties, Patience patience, Outage outage)
      throws InterruptedException {
    if (properties.get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG) != S2AvroSerializer.class) {
      return null;
    }
    S2AvroSerializer serializer = new S2AvroSerializer().reusing();
    serializer.configure(properties, false);
    RegistryStart.await(
        patience,
        outage,
        () -> {
          serializer.prepare(config.framesTopic(), FrameBatch.getClassSchema());
          if (config.resume()) {
            serializer.prepare(config.placesTopic(), StreamPlace.getClassSchema());
          }
        });
    return serializer;
  }

  private static Producer<String, Object> producer(
      Map<String, Object> properties, @Nullable S2AvroSerializer prepared) {
    return prepared == null
        ? new KafkaProducer<>(properties)
        : new KafkaProducer<>(
            properties,
            new StringSerializer(),
            (topic, record) -> prepared.serialize(topic, (SpecificRecord) record));
  }

  @Override
  public void close() {
    watch.close();
    front.close();
  }
}
