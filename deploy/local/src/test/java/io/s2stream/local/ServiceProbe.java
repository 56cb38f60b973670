package io.s2stream.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** How a service looks from outside: what it says of itself, and whether frames go through. */
final class ServiceProbe {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private ServiceProbe() {}

  static void send(KafkaSettings kafka, byte[] value) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("s2.frames", 0, "cam", value)).get();
    }
  }

  /** Sends a frame and waits until so many features are there in all. */
  static void sendAndReceive(KafkaSettings kafka, byte[] frame, int count) throws Exception {
    send(kafka, frame);
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          consumer.partitionsFor("s2.features").stream()
              .map(partition -> new TopicPartition("s2.features", partition.partition()))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      for (int found = 0; found < count; ) {
        found += consumer.poll(Duration.ofMillis(200)).count();
      }
    }
  }

  /** Waits until {@code /readyz} answers so. */
  static void awaitBody(int port, int status, String text) throws Exception {
    await(
        () ->
            get(port, "/readyz")
                .filter(answer -> answer.statusCode() == status && answer.body().contains(text))
                .isPresent());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(100); // bounded by the test's own timeout
    }
  }

  static Optional<HttpResponse<String>> get(int port, String path) {
    try {
      return Optional.of(
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty(); // not up yet
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
