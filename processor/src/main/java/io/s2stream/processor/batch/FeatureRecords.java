package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.List;

import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.serde.PayloadRoom;

/** Makes feature records that describe themselves. Thread-safe. */
public final class FeatureRecords {
  private static final PayloadRoom ROOM = new PayloadRoom(FeatureRecord.getClassSchema());
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

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
   * A buffer for the features of the batch's frames, which the record's message is later written
   * around.
   */
  ByteBuffer buffer(FrameBatch batch, FeatureLayout layout, int bytes) {
    return layout.scaleBytesPerFrame() == 0
        ? ROOM.allocate(of(batch, layout, EMPTY), bytes)
        : ByteBuffer.allocate(bytes); // What is written there is parted: see Payload.
  }

  /**
   * @param data the features of the batch's frames as the extractor wrote them, one block of frames
   *     after the other; taken over, not copied
   */
  FeatureRecord of(FrameBatch batch, FeatureLayout layout, ByteBuffer data) {
    return of(batch, layout, layout.pool().blocks(batch.getFrames().size()), data);
  }

  private FeatureRecord of(FrameBatch batch, FeatureLayout layout, int blocks, ByteBuffer data) {
    Payload payload = Payload.of(layout, blocks, data);
    PoolConfig pool = layout.pool();
    return FeatureRecord.newBuilder()
        .setStreamId(batch.getStreamId())
        .setFirstFrameIndex(batch.getFirstFrameIndex())
        .setFrames(batch.getFrames().stream().map(FeatureRecords::info).toList())
        .setShape(List.of(blocks, layout.tokens(), layout.channels()))
        .setGrid(List.of(layout.gridHeight(), layout.gridWidth()))
        .setPrefixTokens(layout.prefixTokens())
        .setPool(List.of(pool.t(), pool.h(), pool.w()))
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
    FeatureRecord record = of(batch, layout, 0, EMPTY);
    record.setSkipped(reason);
    return record;
  }

  /** The record of an end-of-stream mark: shape {@code [0, N, C]}, no data. */
  FeatureRecord endMark(FrameBatch batch) {
    return of(batch, nominalLayout, EMPTY);
  }

  private static FrameInfo info(Frame frame) {
    return new FrameInfo(
        frame.getIndex(),
        frame.getPtsMicros(),
        frame.getCaptureTimeMicros(),
        frame.getDiscontinuity());
  }
}
