package io.s2stream.cli.s2options;

import java.util.List;
import java.util.Objects;

import ai.djl.ndarray.types.DataType;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.refusal.RefusedException;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.OutputShape;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.SplitMode;
import io.s2stream.processor.tower.TowerSpec;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScaleArgumentsTest {

  private static ScaleArguments arguments(String... arguments) {
    @CommandLine.Command
    class Host {
      @CommandLine.Mixin private ScaleArguments scales = new ScaleArguments();
    }
    Host host = new Host();
    new CommandLine(host).parseArgs(arguments);
    return host.scales;
  }

  private static S2Options forward(String... arguments) throws RefusedException {
    Problems problems = new Problems();
    S2Options options = ForwardOptions.read(arguments(arguments), null, problems);
    problems.throwIfAny();
    problems.addUpstream(options.problems());
    problems.throwIfAny();
    return options;
  }

  private static S2Config service(String... arguments) throws RefusedException {
    Problems problems = new Problems();
    S2Config config = ServiceOptions.read(arguments(arguments), problems);
    problems.throwIfAny();
    return Objects.requireNonNull(config);
  }

  @Test
  void shouldHaveUpstreamsDefaultsInOneForward() throws Exception {
    assertThat(forward("--scales", "1,2")).isEqualTo(S2Options.ofScales(1, 2));
  }

  @Test
  void shouldReadEveryOption() throws Exception {
    S2Options options =
        forward(
            "--scales=0.5,1",
            "--img-sizes=336x504,672",
            "--max-split-size=336",
            "--split-mode=PAD",
            "--resize-output-to-idx=-1",
            "--num-prefix-token=1",
            "--split-forward",
            "--max-tiles-per-forward=4");

    assertThat(options)
        .isEqualTo(
            new S2Options(
                List.of(0.5, 1.0),
                List.of(new ImageSize(336, 504), ImageSize.square(672)),
                336,
                SplitMode.PAD,
                -1,
                1,
                OutputShape.BNC,
                true,
                4));
  }

  @Test
  void shouldStretchBySizesThatAreNotSquareUnlessToldOtherwise() throws Exception {
    assertThat(forward("--img-sizes=32x32,64x96").splitMode()).isEqualTo(SplitMode.RESIZE);
    assertThat(forward("--img-sizes=32x32,64").splitMode()).isEqualTo(SplitMode.EXACT);
    assertThat(forward("--img-sizes=32x40", "--split-mode=exact").splitMode())
        .isEqualTo(SplitMode.EXACT);
    assertThat(service("--img-sizes=32x32,64x96").splitMode()).isEqualTo(SplitMode.RESIZE);
  }

  @Test
  void shouldLetGivenOptionsWinOverThePreset() throws Exception {
    S2Options preset = forward("--preset=nvila");
    assertThat(preset.imgSizes())
        .containsExactly(ImageSize.square(448), ImageSize.square(896), ImageSize.square(1344));
    assertThat(preset.resizeOutputToIdx()).isEqualTo(-1);

    S2Options mixed = forward("--preset=nvila", "--scales=1,2", "--resize-output-to-idx=0");
    assertThat(mixed.imgSizes()).isNull();
    assertThat(mixed.scales()).containsExactly(1.0, 2.0);
    assertThat(mixed.resizeOutputToIdx()).isZero();
    assertThat(mixed.maxSplitSize()).isEqualTo(448);
  }

  @Test
  void shouldTakePrefixTokensFromTheTowerOnlyWhenNotGiven() throws Exception {
    TowerSpec tower = new TowerSpec("t", "", 32, 1, List.of(0f), List.of(1f), DataType.FLOAT32);
    ScaleArguments silent = arguments("--scales=1");
    ScaleArguments given = arguments("--scales=1", "--num-prefix-token=0");

    assertThat(
            ForwardOptions.complete(
                    ForwardOptions.read(silent, null, new Problems()), silent, tower)
                .numPrefixToken())
        .isEqualTo(1);
    assertThat(
            ForwardOptions.complete(ForwardOptions.read(given, null, new Problems()), given, tower)
                .numPrefixToken())
        .isZero();
  }

  @Test
  void shouldNameEveryProblemOfAForwardAtOnce() {
    assertThatThrownBy(
            () ->
                forward(
                    "--scales=1,,2",
                    "--img-sizes=3x",
                    "--max-split-size=-1",
                    "--num-prefix-token=1.5",
                    "--resize-output-to-idx=last",
                    "--preset=llava"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(
            "--scales is '1,,2'",
            "--img-sizes is '3x'",
            "--max-split-size is '-1'",
            "--num-prefix-token is '1.5'",
            "--resize-output-to-idx is 'last': expected a whole number;",
            "--preset is 'llava'");
    assertThatThrownBy(ScaleArgumentsTest::forward)
        .hasMessageContaining("--img-sizes")
        .hasMessageNotContaining("_");
    assertThatThrownBy(() -> forward("--scales=")).hasMessageContaining("scales is empty");
  }

  @Test
  void shouldHaveTheServicesDefaultsAndChecks() throws Exception {
    assertThat(service().scales()).containsExactly(1.0, 2.0);
    assertThat(service("--max-tiles-per-forward=3", "--split-forward=false"))
        .returns(3, S2Config::maxTilesPerForward)
        .returns(false, S2Config::splitForward);
    assertThatThrownBy(() -> service("--scales=-1,2", "--resize-output-to-idx=7"))
        .hasMessageContainingAll("--scales must be", "--resize-output-to-idx must be within")
        .hasMessageNotContaining("line");
    assertThatThrownBy(() -> service("--preset=${env:HOME}")).hasMessageContaining("${env:HOME}");
  }
}
