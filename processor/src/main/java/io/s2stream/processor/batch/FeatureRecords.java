package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.List;

import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;

/** Makes feature records that describe themselves. Thread-safe. */
public final class FeatureRecords {
  private final TowerInfo tower;
  private final FeatureLayout nominalLayout;
  private final String processorVersion;

  /**
   * @param nominalLayout of frames of the size ingest sends: what an end mark, which has no frames,
   *     states
   */
  public FeatureRecords(TowerInfo tower, FeatureLayout nominalLayout, String processorVersion) {
    this.tower = tower;
    this.nominalLayout = nominalLayout;
    this.processorVersion = processorVersion;
  }

  /**
   * @param data the features of the batch's frames as the extractor wrote them, one frame after the
   *     other; taken over, not copied
   */
  FeatureRecord of(FrameBatch batch, FeatureLayout layout, ByteBuffer data) {
    Payload payload = Payload.of(layout, batch.getFrames().size(), data);
    return FeatureRecord.newBuilder()
        .setStreamId(batch.getStreamId())
        .setFirstFrameIndex(batch.getFirstFrameIndex())
        .setFrames(batch.getFrames().stream().map(FeatureRecords::info).toList())
        .setShape(List.of(batch.getFrames().size(), layout.tokens(), layout.channels()))
        .setGrid(List.of(layout.gridHeight(), layout.gridWidth()))
        .setPrefixTokens(layout.prefixTokens())
        .setDtype(layout.dtype())
        .setImageSizes(layout.imageSizes().stream().map(size -> List.of(size[0], size[1])).toList())
        .setTower(tower.name())
        .setTowerSha256(tower.sha256())
        .setProcessorVersion(processorVersion)
        .setEndOfStream(batch.getEndOfStream())
        .setTokenScales(payload.tokenScales())
        .setData(payload.data())
        .build();
  }

  /** The record of frames that were left out: shape {@code [0, N, C]}, no data, the frames. */
  FeatureRecord skipped(FrameBatch batch, FeatureLayout layout, String reason) {
    FrameBatch withoutFrames =
        new FrameBatch(
            batch.getStreamId(),
            batch.getFirstFrameIndex(),
            batch.getWidth(),
            batch.getHeight(),
            batch.getEncoding(),
            List.of(),
            batch.getEndOfStream());
    FeatureRecord record = of(withoutFrames, layout, ByteBuffer.allocate(0));
    record.setFrames(batch.getFrames().stream().map(FeatureRecords::info).toList());
    record.setSkipped(reason);
    return record;
  }

  /** The record of an end-of-stream mark: shape {@code [0, N, C]}, no data. */
  FeatureRecord endMark(FrameBatch batch) {
    return of(batch, nominalLayout, ByteBuffer.allocate(0));
  }

  private static FrameInfo info(Frame frame) {
    return new FrameInfo(
        frame.getIndex(),
        frame.getPtsMicros(),
        frame.getCaptureTimeMicros(),
        frame.getDiscontinuity());
  }
}
