package io.s2stream.processor.extract;

import java.nio.file.Path;
import java.util.List;

import ai.djl.Device;
import io.s2stream.config.ConfigException;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.SplitMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
            new S2Config(null, List.of(1.0, 2.0), null, null, SplitMode.EXACT, 0, null, true, 4));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llava-1.5-s2 | 336 672 1008 | 336 | 0",
        "vila-1.5-s2  | 384 768      | 384 | 0",
        "nvila        | 448 896 1344 | 448 | -1"
      })
  void shouldFillInEverythingWhenAPresetIsNamed(String preset, String sizes, int split, int index)
      throws Exception {
    S2Config config = TestFrames.options("preset: " + preset);
    assertThat(config.scales()).isNull();
    assertThat(config.imgSizes()).containsExactly(sizes.split(" "));
    assertThat(config.maxSplitSize()).isEqualTo(split);
    assertThat(config.outputIdx()).isEqualTo(index);
  }

  @Test
  void shouldPreferTheSettingWhenAPresetIsNamedToo() throws Exception {
    S2Config config =
        TestFrames.options("{preset: nvila, img-sizes: [448, 896], resize-output-to-idx: 0}");
    assertThat(config.imgSizes()).containsExactly("448", "896");
    assertThat(config.maxSplitSize()).isEqualTo(448);
    assertThat(config.outputIdx()).isZero();
    S2Config scaled = TestFrames.options("{preset: nvila, scales: [1, 2], max-split-size: 224}");
    assertThat(scaled.imgSizes()).isNull();
    assertThat(scaled.scales()).containsExactly(1.0, 2.0);
    assertThat(scaled.maxSplitSize()).isEqualTo(224);
    assertThat(scaled.outputIdx()).isEqualTo(-1);
  }

  @Test
  void shouldReadHeightAndWidthWhenASizeIsNotSquare() throws Exception {
    S2Config config = TestFrames.options("{img-sizes: [336, 336x504], split-mode: resize}");
    assertThat(config.imageSizes()).containsExactly(ImageSize.square(336), new ImageSize(336, 504));
  }

  @Test
  void shouldSayWhatIsKnownWhenAPresetOrSizeIsNot() {
    assertThatThrownBy(() -> TestFrames.options("{preset: nvila2, img-sizes: [3x, 336x0, 5]}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("llava-1.5-s2, vila-1.5-s2, nvila, not nvila2")
        .hasMessageContaining("img-sizes[0]")
        .hasMessageContaining("'336x0' is no size");
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
    assertThat(new TowerConfig(Path.of("m"), "cpu", 0).djlDevices()).containsExactly(Device.cpu());
    assertThat(new TowerConfig(Path.of("m"), "gpu", 0).djlDevices()).containsExactly(Device.gpu(0));
    assertThat(new TowerConfig(Path.of("m"), "gpu:3", 0).djlDevices())
        .containsExactly(Device.gpu(3));
    assertThat(
            new TowerConfig(Path.of("m"), "cpu", List.of("gpu:1", "gpu:0"), 0, 0, null)
                .djlDevices())
        .containsExactly(Device.gpu(1), Device.gpu(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "gpu:", "gpu:-1", "GPU", "gpu:99999999999"})
  void shouldRefuseTheDeviceWhenUnknown(String device) {
    assertThatThrownBy(() -> new TowerConfig(Path.of("m"), device, 0))
        .hasMessageContaining("gpu:N");
  }

  @Test
  void shouldRefuseAGpuThatIsNamedTwice() {
    assertThatThrownBy(
            () -> new TowerConfig(Path.of("m"), "cpu", List.of("gpu:1", "gpu:1"), 0, 0, null))
        .hasMessageContaining("names a GPU twice");
  }

  @Test
  void shouldRunAForwardForEachThreadOfTheCpuAndOneOnAGpu() {
    TowerConfig automatic = new TowerConfig(Path.of("m"), "cpu", List.of(), 0, 3, null);
    assertThat(automatic.effectiveInstances(Device.cpu())).isEqualTo(3);
    assertThat(automatic.effectiveInstances(Device.gpu())).isEqualTo(1);
    TowerConfig many = new TowerConfig(Path.of("m"), "cpu", List.of(), 0, 16, null);
    assertThat(many.effectiveInstances(Device.cpu())).isEqualTo(4);
    TowerConfig chosen = new TowerConfig(Path.of("m"), "gpu", List.of(), 2, 16, null);
    assertThat(chosen.effectiveInstances(Device.gpu())).isEqualTo(2);
    assertThatThrownBy(() -> new TowerConfig(Path.of("m"), "cpu", List.of(), 65, 0, null))
        .hasMessageContaining("must be within 0..64");
  }

  @Test
  void shouldCountTheInstancesOfEachDeviceByItself() {
    assertThat(devices("cpu", "gpu:0").instancesBeside(5)).containsExactly(4, 4, 4, 4, 1);
    assertThat(devices("gpu:0", "gpu:1").instancesBeside(2)).containsExactly(1, 1);
    // One device, however often it is listed.
    assertThat(devices("cpu", "cpu").instancesBeside(4)).containsExactly(4, 4, 4, 4);
    assertThat(devices("cpu", "gpu:0", "cpu").instancesBeside(5)).containsExactly(4, 4, 1, 4, 4);
    assertThat(devices("cpu").instancesBeside(4)).containsExactly(4, 4, 4, 4);
    // Of extractors that somebody else made the devices are not known.
    assertThat(devices("cpu").instancesBeside(3)).containsExactly(3, 3, 3);
    assertThat(devices("cpu", "cpu").instancesBeside(3)).containsExactly(3, 3, 3);
    assertThat(devices("cpu", "gpu:0").instancesBeside(1)).containsExactly(1);
  }

  /** With four threads. */
  private static TowerConfig devices(String... devices) {
    return new TowerConfig(Path.of("m"), "cpu", List.of(devices), 0, 4, null);
  }

  @Test
  void shouldRefuseASumThatIsNone() {
    assertThatThrownBy(() -> new TowerConfig(Path.of("m"), "cpu", List.of(), 0, 0, "abc"))
        .hasMessageContaining("64 hexadecimal digits");
  }
}
