package io.s2stream.local.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.tensor.FeatureTensor;

/**
 * Checks one stream's records: every frame index once and in order from 0, tensors of one [N, C]
 * with finite values, an end mark that tells the right number, nothing after it. Not thread-safe.
 */
final class StreamCheck {
  private static final int MAX_FAULTS = 5;

  private final String streamId;
  private final LatencyStats latency = new LatencyStats();
  private final Set<Long> skipped = new HashSet<>();
  private final Set<Long> deadLetters = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private List<Integer> shape = List.of();
  private String dtype = "";
  private long nextIndex;
  private long records;
  private long frames;
  private long duplicates;
  private long outOfOrder;
  private long endFrames = -1;

  StreamCheck(String streamId) {
    this.streamId = streamId;
  }

  /**
   * Takes the next record of the stream.
   *
   * @param nowMicros time of arrival, microseconds since 1970
   */
  void accept(FeatureRecord record, long nowMicros) {
    if (record.getEndOfStream()) {
      acceptEnd(record);
      return;
    }
    if (endFrames >= 0) {
      fault("frame " + record.getFirstFrameIndex() + " came after the end mark");
    }
    checkTensor(record);
    boolean leftOut = record.getSkipped() != null;
    long index = record.getFirstFrameIndex();
    for (FrameInfo frame : record.getFrames()) {
      if (frame.getIndex() != index) {
        fault("the record of frame " + index + " lists frame " + frame.getIndex());
      }
      acceptFrame(index);
      if (!leftOut) {
        latency.add(nowMicros - frame.getCaptureTimeMicros());
      }
      index++;
    }
    if (leftOut) {
      return; // in its place in the stream, but without features
    }
    records++;
    shape = List.copyOf(record.getShape());
    dtype = record.getDtype().name().toLowerCase(Locale.ROOT);
  }

  /** Notes a frame that went to the dead-letter topic. */
  void acceptDeadLetter(long index) {
    deadLetters.add(index);
  }

  /** Notes something wrong that belongs to no frame. */
  void fault(String what) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(streamId + ": " + what);
    }
  }

  private void acceptFrame(long index) {
    if (index >= nextIndex) {
      for (long missing = nextIndex; missing < index; missing++) {
        skipped.add(missing);
      }
      nextIndex = index + 1;
      frames++;
    } else if (skipped.remove(index)) {
      outOfOrder++;
      frames++;
    } else {
      duplicates++;
    }
  }

  private void acceptEnd(FeatureRecord record) {
    if (endFrames >= 0 && endFrames != record.getFirstFrameIndex()) {
      fault("two end marks differ: " + endFrames + " and " + record.getFirstFrameIndex());
    }
    endFrames = record.getFirstFrameIndex();
    if (nextIndex > endFrames) {
      fault("the end mark tells " + endFrames + " frames, but " + nextIndex + " came");
    }
  }

  private void checkTensor(FeatureRecord record) {
    FeatureTensor tensor;
    try {
      tensor = FeatureTensor.of(record);
    } catch (IllegalArgumentException e) {
      fault(String.valueOf(e.getMessage()));
      return;
    }
    List<Integer> now = record.getShape();
    if (!shape.isEmpty() && !shape.subList(1, 3).equals(now.subList(1, 3))) {
      fault("the shape changed from " + shape + " to " + now);
    }
    for (float value : tensor.toFloats()) {
      if (!Float.isFinite(value)) {
        fault("the features of frame " + record.getFirstFrameIndex() + " are not all finite");
        return;
      }
    }
  }

  StreamCounts counts() {
    long gaps = skipped.stream().filter(index -> !deadLetters.contains(index)).count();
    return new StreamCounts(
        records,
        frames,
        deadLetters.size(),
        duplicates,
        outOfOrder,
        gaps,
        shape,
        dtype,
        latency.median(),
        latency.max(),
        endFrames,
        List.copyOf(faults));
  }
}
