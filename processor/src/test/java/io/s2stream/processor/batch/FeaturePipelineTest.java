package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class FeaturePipelineTest {
  private static final FeatureLayout PAIRS =
      new FeatureLayout(
          1, 2, 1, 1, 0, TensorType.FLOAT32, List.of(new int[] {4, 4}), new PoolConfig(2, 3, 1));

  @Test
  void shouldListAllFramesWhenSomeBecomeOne() throws Exception {
    // given
    FakeExtractor extractor = new FakeExtractor(PAIRS);
    ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
    try (FrameBatcher batcher =
        new FrameBatcher(extractor, new BatchConfig(8, Duration.ZERO), metrics)) {
      FeaturePipeline pipeline =
          new FeaturePipeline(
              new FrameDecoder(1_000),
              Runnable::run,
              extractor,
              batcher,
              new FeatureRecords(extractor.tower(), PAIRS, "1"),
              metrics,
              3,
              (int) PAIRS.bytes(3));
      FrameBatch batch = batch(10, 20, 70);

      // when
      CompletableFuture<FeatureRecord> result = new CompletableFuture<>();
      pipeline.submit(batch, result);
      FeatureRecord record = result.get();

      // then
      FeatureTensor tensor = FeatureTensor.of(record);
      assertThat(record.getPool()).containsExactly(2, 3, 1);
      assertThat(tensor.shape()).containsExactly(2, 1, 2);
      assertThat(tensor.toFloats()).containsExactly(15, 30, 70, 140);
      assertThat(tensor.framesOf(0)).extracting(FrameInfo::getIndex).containsExactly(0L, 1L);
      assertThat(tensor.framesOf(1)).extracting(FrameInfo::getIndex).containsExactly(2L);
      assertThat(pipeline.heapBytes(batch, 500)).isEqualTo(500 + 2 * 8);
      assertThat(pipeline.skip(batch, "late").getFrames()).hasSize(3);
    }
  }

  private static FrameBatch batch(int... firstBytes) {
    List<Frame> frames = new ArrayList<>();
    for (int value : firstBytes) {
      ByteBuffer pixels = ByteBuffer.allocate(48);
      pixels.put(0, (byte) value);
      frames.add(new Frame((long) frames.size(), 0L, 0L, false, pixels));
    }
    return new FrameBatch("cam", 0L, 4, 4, PixelEncoding.RGB24, frames, false);
  }
}
