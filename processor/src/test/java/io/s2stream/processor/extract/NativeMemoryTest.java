package io.s2stream.processor.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.s2stream.schemas.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Native memory isn't seen by the garbage collector: what a forward doesn't free is lost. */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  /** One frame's tensors (pixels, two resized images, tiles, features, result) are some 20 MB: 40 leaks are seen. */
  private static final long ALLOWED_GROWTH_BYTES = 64L << 20;

  @Test
  void shouldNotGrowWhenManyFramesAreExtracted() throws Exception {
    // given
    RgbFrame frame = TestFrames.grey(448, 448, 100);
    try (var extractor =
        S2FeatureExtractor.load(TestFrames.demoTower(), TestFrames.options("scales: [1, 2]"), TensorType.FLOAT16)) {
      ByteBuffer out = ByteBuffer.allocate(extractor.layout(448, 448).bytesPerFrame());
      for (int i = 0; i < 10; i++) {
        extractor.extract(List.of(frame), List.of(out));
      }
      long before = residentBytes();

      // when
      for (int i = 0; i < 40; i++) {
        extractor.extract(List.of(frame), List.of(out));
      }

      // then
      assertThat(residentBytes() - before).isLessThan(ALLOWED_GROWTH_BYTES);
    }
  }

  private static long residentBytes() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * 4096;
  }
}
