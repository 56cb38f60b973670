package io.s2stream.processor.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.processor.route.FeatureRoutes;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.topics.FeatureHeaders;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Makes the messages that leave the topology, feature records and dead letters, and counts them.
 * Thread-safe; used by the tasks of all threads.
 */
final class Outgoing {
  private final TopologySettings settings;
  private final Serializer<? super FeatureRecord> serializer;
  private final FeatureRoutes routes;
  private final DeadLetterLog deadLetterLog;
  private final ProcessorMetrics metrics;
  private final StreamMeters streams;
  private final FramesPartition partition;

  Outgoing(
      TopologySettings settings,
      Serializer<? super FeatureRecord> serializer,
      FeatureRoutes routes,
      DeadLetterLog deadLetterLog,
      ProcessorMetrics metrics,
      StreamMeters streams,
      FramesPartition partition) {
    this.settings = settings;
    this.serializer = serializer;
    this.routes = routes;
    this.deadLetterLog = deadLetterLog;
    this.metrics = metrics;
    this.streams = streams;
    this.partition = partition;
  }

  /**
   * Makes sure that the topic for these features is there; may ask the brokers.
   *
   * @param key of the frames' message
   * @throws FrameFaultException when there is no such topic, and is not going to be one
   */
  void requireTopic(byte @Nullable [] key) {
    routes.require(stream(key));
  }

  /**
   * Forwards a feature record with the key and headers of its frames.
   *
   * @throws FrameFaultException when it could not be sent; nothing was forwarded then
   */
  void features(
      ProcessorContext<byte[], byte[]> context, InFlightQueue.Entry entry, FeatureRecord features) {
    Record<byte[], byte[]> in = entry.record();
    TopicPartition from = new TopicPartition(settings.framesTopic(), context.taskId().partition());
    Headers headers = FeatureHeaders.of(in.headers(), features, from, entry.offset());
    String topic = routes.topic(stream(in.key()));
    byte[] value = serializer.serialize(topic, headers, features);
    checkSize(in.key(), value, headers);
    partition.forwarding(from.partition());
    context.forward(
        new Record<>(in.key(), value, in.timestamp(), headers), FeatureTopology.FEATURES);
    String skipped = features.getSkipped();
    if (skipped != null) {
      streams.skipped(features.getStreamId(), skipped, features.getFrames().size());
      return;
    }
    streams.forwarded(features.getStreamId(), features.getFrames().size());
    metrics.recordForwarded(
        features.getFrames().size(),
        Duration.ofMillis(System.currentTimeMillis() - in.timestamp()));
  }

  /** The frames' own key and headers go with their features, and may be of any size. */
  private void checkSize(byte @Nullable [] key, byte[] value, Headers headers) {
    long bytes = MessageSize.of(key, value, headers);
    if (bytes > settings.maxMessageBytes()) {
      throw new FrameFaultException(
          FaultReason.TOO_LARGE,
          "with the key and headers of their frames, features of %d bytes are a message of %d; at most %d can be sent"
              .formatted(value.length, bytes, settings.maxMessageBytes()));
    }
  }

  /** Forwards the dead letter of a message. */
  void deadLetter(
      ProcessorContext<byte[], byte[]> context,
      InFlightQueue.Entry entry,
      FrameFaultException fault) {
    int from = context.taskId().partition();
    deadLetterLog.log(
        settings.framesTopic() + "-" + from + "@" + entry.offset(),
        settings.deadLetterTopic(),
        fault);
    partition.forwarding(from);
    context.forward(
        DeadLetter.of(
            entry.record(),
            fault,
            settings.framesTopic(),
            from,
            entry.offset(),
            settings.processorVersion(),
            settings.maxMessageBytes()),
        FeatureTopology.DEAD_LETTERS);
    metrics.deadLetter(fault.reason());
    streams.deadLetter(DeadLetter.stream(entry.record()));
  }

  /**
   * The stream that a message's key names; a message without a key is of the stream without name.
   */
  static String stream(byte @Nullable [] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }
}
