package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a batch is counted as before anything of it is decoded. */
class PipelineHeapTest {
  private static final int MAX_PIXELS = 4_000_000;
  private static final int MAX_FRAMES = 4;
  private static final int FEATURES = FakeExtractor.LAYOUT.bytesPerFrame();
  private static final int MESSAGE = 500;

  private final FakeExtractor extractor = new FakeExtractor();
  private final ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
  private final FrameBatcher batcher =
      new FrameBatcher(extractor, new BatchConfig(8, Duration.ZERO), metrics);
  private final FeaturePipeline pipeline =
      new FeaturePipeline(
          new FrameDecoder(MAX_PIXELS),
          Runnable::run,
          extractor,
          batcher,
          new FeatureRecords(extractor.tower(), FakeExtractor.LAYOUT, "1.2.3"),
          metrics,
          MAX_FRAMES,
          MAX_FRAMES * FEATURES);

  @AfterEach
  void close() {
    batcher.close();
  }

  @Test
  void shouldCountRawFramesAsTheirMessageAndFeatures() {
    long bytes = pipeline.heapBytes(batch(PixelEncoding.RGB24, 2, 20, 10), MESSAGE);

    assertThat(bytes).isEqualTo(MESSAGE + 2L * FEATURES);
  }

  @Test
  void shouldCountSmallJpegsOfLargePicturesAsWhatTheyBecome() {
    long bytes = pipeline.heapBytes(batch(PixelEncoding.JPEG, 3, 2_000, 1_000), MESSAGE);

    assertThat(bytes).isEqualTo(MESSAGE + 3 * (3L * 2_000 * 1_000 + FEATURES));
  }

  @Test
  void shouldCountAsItsMessageWhatIsNotDecoded() {
    assertThat(pipeline.heapBytes(batch(PixelEncoding.JPEG, 0, 2_000, 1_000), MESSAGE))
        .isEqualTo(MESSAGE);
    assertThat(pipeline.heapBytes(batch(PixelEncoding.JPEG, MAX_FRAMES + 1, 2_000, 1_000), MESSAGE))
        .isEqualTo(MESSAGE);
  }

  @Test
  void shouldRefuseSizesThatNobodyMayDecode() {
    assertThatThrownBy(
            () -> pipeline.heapBytes(batch(PixelEncoding.JPEG, 1, 1 << 30, 1 << 30), MESSAGE))
        .isInstanceOf(FrameFaultException.class)
        .extracting("reason")
        .isEqualTo(FaultReason.BAD_DIMENSIONS);
  }

  private static FrameBatch batch(PixelEncoding encoding, int count, int width, int height) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(new Frame((long) i, 0L, 0L, false, ByteBuffer.allocate(1)));
    }
    return new FrameBatch("cam", 0L, width, height, encoding, frames, false);
  }
}
