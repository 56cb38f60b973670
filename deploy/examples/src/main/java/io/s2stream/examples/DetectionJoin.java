package io.s2stream.examples;

import java.time.Duration;
import java.util.Map;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Joins features with the boxes of a detector, by stream and time: what comes out is one vector per
 * box.
 *
 * <p>Boxes are small and features large, so boxes are kept (in a window store in memory with a
 * changelog, for {@link #RETENTION}) and features only pass by: a plain stream-stream join would
 * write megabytes per frame into its stores and their changelogs. The price: a box has to be there
 * when the features of its frame come. Detectors that are slower than the tower need the features
 * delayed, for example by pausing the consumer.
 *
 * <p>Both topics must have the same number of partitions; keys are the stream id in both.
 */
public final class DetectionJoin {
  static final String DETECTIONS = "detections";
  static final String STORE = "detections-by-stream";

  /** How long a box waits for the features of its frame. */
  static final Duration RETENTION = Duration.ofMinutes(5);

  private DetectionJoin() {}

  /**
   * @param registry the Kafka configuration's keys of the schema registry, such as {@code
   *     schema.registry.url}
   * @param tolerance largest difference between the capture times of a box and of a frame that are
   *     taken for the same moment: less than half the time between two frames
   */
  public static Topology topology(
      Map<String, ?> registry, String featuresTopic, String objectsTopic, Duration tolerance) {
    var features = new S2AvroDeserializer<>(FeatureRecord.class);
    features.configure(registry, false);
    Serde<String> keys = Serdes.String();
    Serde<Detection> boxes = JsonSerde.of(Detection.class);
    return new Topology()
        .addSource("features", keys.deserializer(), features, featuresTopic)
        .addSource("boxes", keys.deserializer(), boxes.deserializer(), DETECTIONS)
        .addProcessor("keep", KeepDetections::new, "boxes")
        .addProcessor("join", () -> new JoinFeatures(tolerance), "features")
        .addStateStore(
            Stores.windowStoreBuilder(
                // Several boxes may have one time.
                Stores.inMemoryWindowStore(STORE, RETENTION, tolerance, true), keys, boxes),
            "keep",
            "join")
        .addSink(
            "objects",
            objectsTopic,
            keys.serializer(),
            JsonSerde.of(ObjectFeatures.class).serializer(),
            "join");
  }
}
