package io.s2stream.examples;

import java.time.Duration;
import java.time.Instant;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Looks up the boxes of each frame and sends one vector for each. */
final class JoinFeatures
    extends ContextualProcessor<String, FeatureRecord, String, ObjectFeatures> {
  private final Duration tolerance;

  JoinFeatures(Duration tolerance) {
    this.tolerance = tolerance;
  }

  @Override
  public void process(Record<String, FeatureRecord> message) {
    FeatureTensor features = FeatureTensor.of(message.value());
    // Neither the mark at a stream's end nor frames that were left out have features.
    for (int entry = 0; entry < features.frames(); entry++) {
      for (FrameInfo frame : features.framesOf(entry)) {
        join(message, features, entry, frame);
      }
    }
  }

  private void join(
      Record<String, FeatureRecord> message,
      FeatureTensor features,
      int position,
      FrameInfo frame) {
    WindowStore<String, Detection> store = context().getStateStore(DetectionJoin.STORE);
    Instant time = Instant.ofEpochMilli(frame.getCaptureTimeMicros() / 1_000);
    try (WindowStoreIterator<Detection> boxes =
        store.fetch(message.key(), time.minus(tolerance), time.plus(tolerance))) {
      boxes.forEachRemaining(
          entry -> {
            Detection box = entry.value;
            float[] vector = BoxPooling.mean(message.value(), features, position, box);
            context()
                .forward(
                    message.withValue(
                        new ObjectFeatures(
                            box, frame.getIndex(), frame.getCaptureTimeMicros(), vector)));
          });
    }
  }
}
