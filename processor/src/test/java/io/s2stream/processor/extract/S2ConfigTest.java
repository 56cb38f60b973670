package io.s2stream.processor.extract;

import java.nio.file.Path;
import java.util.List;

import ai.djl.Device;
import io.s2stream.config.ConfigException;
import io.s2stream.processor.s2.SplitMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S2ConfigTest {

  @Test
  void shouldHaveUpstreamsDefaultsAndSplitWhenTheSectionIsEmpty() throws Exception {
    // when
    S2Config config = TestFrames.options("{}");

    // then
    assertThat(config)
        .isEqualTo(
            new S2Config(null, List.of(1.0, 2.0), null, null, SplitMode.EXACT, 0, null, true, 16));
  }

  @Test
  void shouldReadUpstreamsNamesWhenGivenInKebabCase() throws Exception {
    // when
    S2Config config =
        TestFrames.options(
            "{img-sizes: [224, 448], max-split-size: 224, split-mode: pad, resize-output-to-idx: -1,"
                + " num-prefix-token: 1, split-forward: true, max-tiles-per-forward: 4}");

    // then
    assertThat(config)
        .isEqualTo(
            new S2Config(null, null, List.of("224", "448"), 224, SplitMode.PAD, -1, 1, true, 4));
  }

  @Test
  void shouldNameEveryProblemWhenSeveralValuesAreWrong() {
    assertThatThrownBy(
            () ->
                TestFrames.options(
                    "{scales: [1, -2], resize-output-to-idx: 2, max-tiles-per-forward: 0}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("scales")
        .hasMessageContaining("resize-output-to-idx")
        .hasMessageContaining("max-tiles-per-forward");
  }

  @Test
  void shouldNameTheDeviceWhenAskedFor() {
    assertThat(new TowerConfig(Path.of("m"), "cpu", 0).djlDevice()).isEqualTo(Device.cpu());
    assertThat(new TowerConfig(Path.of("m"), "gpu", 0).djlDevice()).isEqualTo(Device.gpu(0));
    assertThat(new TowerConfig(Path.of("m"), "gpu:3", 0).djlDevice()).isEqualTo(Device.gpu(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "gpu:", "gpu:-1", "GPU", "gpu:99999999999"})
  void shouldRefuseTheDeviceWhenUnknown(String device) {
    assertThatThrownBy(() -> new TowerConfig(Path.of("m"), device, 0))
        .hasMessageContaining("gpu:N");
  }
}
