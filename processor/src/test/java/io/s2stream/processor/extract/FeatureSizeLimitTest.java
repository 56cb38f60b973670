package io.s2stream.processor.extract;

import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is refused because an array could not hold its features, and what is not. */
class FeatureSizeLimitTest {

  @Test
  void shouldRejectTheFrameWhenItsFeaturesWouldNotFitABuffer() throws Exception {
    try (var extractor = load("{scales: [100], split-mode: pad}", TensorType.FLOAT32)) {
      assertThatThrownBy(() -> extractor.layout(1000, 1450))
          .isInstanceOf(FrameRejectedException.class)
          .hasMessageContaining("2 GiB");
    }
  }

  @Test
  void shouldTakeTheFrameWhenItsFeaturesJustFitABuffer() throws Exception {
    // Of 2,793,000 tokens, 4 bytes more for each would be too much.
    try (var extractor = load("{scales: [100], split-mode: pad}", TensorType.FLOAT32)) {
      assertThat(extractor.layout(1000, 1425).bytesPerFrame()).isEqualTo(1400 * 1995 * 192 * 4);
    }
  }

  @Test
  void shouldTakeScalesWhoseFeaturesFitABufferAsTheyAreSent() throws Exception {
    try (var extractor = load("scales: [140]", TensorType.FLOAT16)) {
      assertThat(extractor.nominalLayout().bytesPerFrame()).isEqualTo(1960 * 1960 * 192 * 2);
    }
    try (var extractor =
        S2FeatureExtractor.load(
            TestFrames.demoTower(),
            TestFrames.options("scales: [140]"),
            new PoolConfig(1, 2, 2),
            TensorType.FLOAT32,
            ExtractionObserver.NONE)) {
      assertThat(extractor.nominalLayout().bytesPerFrame()).isEqualTo(980 * 980 * 192 * 4);
    }
  }

  private static S2FeatureExtractor load(String options, TensorType dtype) throws Exception {
    return S2FeatureExtractor.load(TestFrames.demoTower(), TestFrames.options(options), dtype);
  }
}
