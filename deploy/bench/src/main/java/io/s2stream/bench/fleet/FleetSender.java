package io.s2stream.bench.fleet;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends a frame of each camera in turn, as fast as the broker takes them. */
final class FleetSender implements Runnable {
  private final FleetPlan plan;
  private final Map<String, String> kafka;
  private final String topic;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  FleetSender(FleetPlan plan, Map<String, String> kafka, String topic) {
    this.plan = plan;
    this.kafka = kafka;
    this.topic = topic;
  }

  /** Why a frame could not be sent; null if all could so far. */
  @Nullable Exception failure() {
    return failure.get();
  }

  @Override
  public void run() {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put("linger.ms", 5);
    properties.put("max.request.size", plan.frameBytes() + 10_000);
    S2AvroSerializer values = new S2AvroSerializer();
    values.configure(kafka, false);
    try (KafkaProducer<String, FrameBatch> producer =
        new KafkaProducer<>(
            properties, new StringSerializer(), (t, batch) -> values.serialize(t, batch))) {
      for (int index = 0; index < plan.framesPerStream(); index++) {
        for (int stream = 0; stream < plan.streams(); stream++) {
          send(producer, plan.streamId(stream), index);
        }
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private void send(KafkaProducer<String, FrameBatch> producer, String stream, long index) {
    ByteBuffer pixels = ByteBuffer.allocate(plan.frameBytes());
    Frame frame = new Frame(index, index * 500_000, 0L, false, pixels);
    FrameBatch batch =
        new FrameBatch(
            stream,
            index,
            plan.frameSide(),
            plan.frameSide(),
            PixelEncoding.RGB24,
            List.of(frame),
            false);
    producer.send(
        new ProducerRecord<>(topic, stream, batch),
        (metadata, e) -> {
          if (e != null) {
            failure.compareAndSet(null, e);
          }
        });
  }
}
