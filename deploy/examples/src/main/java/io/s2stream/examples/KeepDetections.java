package io.s2stream.examples;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/** Keeps each box under its stream and the capture time of its frame. */
final class KeepDetections extends ContextualProcessor<String, Detection, Void, Void> {

  @Override
  public void process(Record<String, Detection> box) {
    WindowStore<String, Detection> store = context().getStateStore(DetectionJoin.STORE);
    store.put(box.key(), box.value(), box.value().captureTimeMicros() / 1_000);
  }
}
