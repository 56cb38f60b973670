package io.s2stream.processor.tower;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TileFeatures.FeatureMap;
import io.s2stream.processor.tower.TileFeatures.Tokens;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TorchTowerTest {
  @TempDir private Path folder;

  private ThrowingCallable loading() {
    return () -> TorchTower.load(folder, Device.cpu()).close();
  }

  @Test
  void shouldRunTilesWhenTheDirectoryIsComplete() throws Exception {
    // given
    TestTowers.copyGolden("vit-tiny-cls.pt", folder);
    TestTowers.write(
        folder,
        """
        engine=PyTorch
        option.modelName=vit-tiny-cls
        option.s2.inputSize=32
        option.s2.prefixTokens=1
        option.s2.imageMean=0.1, 0.2, 0.3
        option.s2.imageStd=0.4,0.5,0.6
        """);

    // when
    try (Tower tower = TorchTower.load(folder, Device.cpu());
        NDManager manager = tower.newManager()) {
      NDArray out = tower.features(manager.zeros(new Shape(5, 3, 32, 32)));

      // then
      assertThat(out.getShape()).isEqualTo(new Shape(5, 17, 32));
      assertThat(out.getManager()).isSameAs(manager);
      assertThat(tower.describe(32)).isEqualTo(new Tokens(17, 32));
      assertThat(tower.spec().name()).isEqualTo("vit-tiny-cls");
      assertThat(tower.spec().imageMean()).isEqualTo(List.of(0.1f, 0.2f, 0.3f));
      assertThat(tower.spec().imageStd()).isEqualTo(List.of(0.4f, 0.5f, 0.6f));
      assertThat(tower.spec().sha256()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void shouldLoadOnlyTheFileWhoseSumIsExpected() throws Exception {
    TestTowers.copyGolden("vit-tiny-cls.pt", folder);
    TestTowers.write(folder, "option.s2.inputSize=32\noption.s2.prefixTokens=1\n");
    String sum = ModelDirectory.read(folder).spec().sha256();

    TorchTower.load(folder, Device.cpu(), sum.toUpperCase(java.util.Locale.ROOT)).close();

    // One byte more, and not even TorchScript's own reader sees it.
    Files.writeString(
        folder.resolve("vit-tiny-cls.pt"), "x", java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> TorchTower.load(folder, Device.cpu(), sum))
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("tower.sha256 expects " + sum)
        .hasMessageContaining("it is not loaded");
  }

  @Test
  void shouldDescribeMapsWhenTheTowerIsConvolutional() throws Exception {
    try (Tower tower = TestTowers.golden("conv-tiny.pt")) {
      assertThat(tower.describe(37)).isEqualTo(new FeatureMap(12, 10, 10));
    }
  }

  @Test
  void shouldLoadWhenGivenTheFileAlone() throws Exception {
    try (Tower tower = TorchTower.load(TestTowers.goldenFile("vit-tiny-cls.pt"), Device.cpu())) {
      assertThat(tower.spec().name()).isEqualTo("vit-tiny-cls");
      assertThat(tower.spec().prefixTokens()).isEqualTo(TowerSpec.UNKNOWN);
      assertThat(tower.spec().inputSize()).isZero();
      assertThat(tower.describe(32)).isEqualTo(new Tokens(17, 32));
      assertThat(tower.device()).isEqualTo(Device.cpu());
    }
  }

  @Test
  void shouldSayWhatIsMissingWhenTheFolderIsNotThere() {
    assertThatThrownBy(() -> TorchTower.load(folder.resolve("no"), Device.cpu()))
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("doesn't exist")
        .hasMessageContaining("tower.model-dir");
  }

  @Test
  void shouldSayWhatIsMissingWhenThereAreNoProperties() {
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("has no serving.properties");
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoModel() throws Exception {
    TestTowers.write(folder, "engine=PyTorch\n");
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("holds 0 .pt files");
    TestTowers.write(folder, "option.modelName=siglip\n");
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("siglip.pt");
  }

  @Test
  void shouldNameEveryProblemWhenPropertiesAreWrong() throws Exception {
    TestTowers.write(
        folder,
        """
        engine=OnnxRuntime
        option.s2.inputSize=x
        option.s2.imageMean=1,2
        option.s2.imageStd=1,0,1
        option.s2.prefixToken=1
        option.s2.dtype=int4
        """);
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("engine must be PyTorch")
        .hasMessageContaining("inputSize must be a whole number")
        .hasMessageContaining("imageMean must be three numbers")
        .hasMessageContaining("imageStd must not contain 0")
        .hasMessageContaining("unknown key option.s2.prefixToken,")
        .hasMessageContaining("not int4");
  }

  @Test
  void shouldSayHowToExportWhenTheFileIsNoTorchScript() throws Exception {
    Files.write(folder.resolve("tower.pt"), "not a model".getBytes(StandardCharsets.UTF_8));
    TestTowers.write(folder, "option.s2.inputSize=32\n");
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("tower.pt as TorchScript")
        .hasMessageContaining("torch.jit");
  }

  @Test
  void shouldNameTheInputSizeWhenTheTowerFailsOnATile() throws Exception {
    TestTowers.copyGolden("vit-tiny.pt", folder);
    TestTowers.write(folder, "option.s2.inputSize=48\n");
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("[1, 3, 48, 48]")
        .hasMessageContaining("option.s2.inputSize");
  }

  @Test
  void shouldNamePrefixTokensWhenNoSquareGridIsLeft() throws Exception {
    TestTowers.copyGolden("vit-tiny-cls.pt", folder);
    TestTowers.write(folder, "option.s2.inputSize=32\n");
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("17 tokens")
        .hasMessageContaining("option.s2.prefixTokens");
  }

  @Test
  void shouldRefusePrefixTokensWhenTheTowerMakesMaps() throws Exception {
    TestTowers.copyGolden("conv-tiny.pt", folder);
    TestTowers.write(folder, "option.s2.prefixTokens=1\n");
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("remove");
  }

  @Test
  void shouldNameTheRankWhenTheOutputIsNoFeatures() throws Exception {
    // given: [B, 3, H, W] -> [B, 3], a pooled embedding, as CLIP models return by default
    try (var in = TorchTowerTest.class.getResourceAsStream("/extract/pooled.pt")) {
      Files.copy(in, folder.resolve("pooled.pt"));
    }
    TestTowers.write(folder, "option.s2.inputSize=32\n");

    // when / then
    assertThatThrownBy(loading())
        .isInstanceOf(TowerLoadException.class)
        .hasMessageContaining("rank 2")
        .hasMessageContaining("[B, N, C]");
  }
}
