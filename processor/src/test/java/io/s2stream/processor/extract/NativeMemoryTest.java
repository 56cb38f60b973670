package io.s2stream.processor.extract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;

import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/** Native memory isn't seen by the garbage collector: what a forward doesn't free is lost. */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  /**
   * The image, the tiles and the features of one frame are 3 MB each: a leak of any shows after 20
   * frames.
   */
  private static final long ALLOWED_GROWTH_BYTES = 40L << 20;

  @Test
  void shouldNotGrowWhenManyFramesAreExtracted() throws Exception {
    // given
    RgbFrame frame = TestFrames.grey(448, 448, 100);
    try (var extractor =
        S2FeatureExtractor.load(
            TestFrames.demoTower(), TestFrames.options("scales: [1, 2]"), TensorType.FLOAT16)) {
      ByteBuffer out = ByteBuffer.allocate(extractor.layout(448, 448).bytesPerFrame());
      for (int i = 0; i < 10; i++) {
        extractor.extract(FrameBlock.each(List.of(frame), List.of(out)));
      }
      long before = residentBytes();

      // when
      for (int i = 0; i < 20; i++) {
        extractor.extract(FrameBlock.each(List.of(frame), List.of(out)));
      }

      // then
      assertThat(residentBytes() - before).isLessThan(ALLOWED_GROWTH_BYTES);
    }
  }

  private static long residentBytes() throws IOException {
    try (var pages = new Scanner(Path.of("/proc/self/statm"), StandardCharsets.US_ASCII)) {
      pages.nextLong(); // virtual
      return pages.nextLong() * 4096;
    }
  }
}
