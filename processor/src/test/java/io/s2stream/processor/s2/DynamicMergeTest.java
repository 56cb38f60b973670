package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DynamicMergeTest {
  private static final List<Integer> SCALES = List.of(32, 64, 96);

  @AutoClose private final PixelTower pixels = new PixelTower();
  @AutoClose private final TensorOps ops = TensorOps.load(Device.cpu());
  @AutoClose private final NDManager manager = pixels.newManager();
  private final DynamicMerge merge = new DynamicMerge(ops);

  static List<JsonNode> merges() throws Exception {
    return GoldenForwardTest.cases("vila_dynamic_s2_merge").toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("merges")
  void shouldEqualTheAuthorsResultWhenGivenTheirOptions(JsonNode golden) throws Exception {
    // given
    Npy input = Npy.resource("/golden/" + golden.get("input").asText());
    JsonNode options = golden.get("options");
    List<@Nullable Grid> blockSizes = new ArrayList<>();
    options.get("block_sizes").forEach(size -> blockSizes.add(grid(size)));
    List<Integer> scales = new ArrayList<>();
    options.get("scales").forEach(scale -> scales.add(scale.asInt()));

    // when
    var merged =
        merge.merge(
            manager.create(input.values(), new Shape(input.shape())),
            blockSizes,
            scales,
            options.get("resize_output_to_scale_idx").asInt());

    // then
    JsonNode expected = golden.get("expected");
    assertThat(merged.maps()).hasSize(expected.get("outputs").size());
    for (int i = 0; i < merged.maps().size(); i++) {
      Npy map = Npy.resource("/golden/" + expected.get("outputs").get(i).asText());
      assertThat(merged.maps().get(i).getShape().getShape()).isEqualTo(map.shape());
      assertThat(GoldenForwardTest.maxError(merged.maps().get(i).toFloatArray(), map.values()))
          .isLessThan(1e-5f);
      assertThat(merged.blockSizes().get(i))
          .isEqualTo(grid(expected.get("new_block_sizes").get(i)));
    }
  }

  private static @Nullable Grid grid(JsonNode size) {
    return size.isNull() ? null : new Grid(size.get(0).asInt(), size.get(1).asInt());
  }

  @Test
  void shouldPoolToTheGridOfTheGivenScaleWhenItIsNotTheLast() {
    // given: 1 + 4 + 12 sub-images of 4 x 4 tokens, all of one value
    NDArray features = manager.full(new Shape(17, 16, 2), 3f);

    // when
    var merged = merge.merge(features, List.of(new Grid(3, 4)), SCALES, -2);

    // then
    assertThat(merged.blockSizes()).containsExactly(new Grid(2, 2));
    assertThat(merged.maps().get(0).getShape()).isEqualTo(new Shape(1, 6, 8, 8));
    assertThat(merged.maps().get(0).sub(3f).abs().max().getFloat()).isLessThan(1e-6f);
  }

  @Test
  void shouldLeaveOnlyTheMapsBehindWhenDone() {
    NDArray features = manager.full(new Shape(18, 16, 2), 3f);
    int before = manager.getManagedArrays().size();
    merge.merge(features, Arrays.asList(new Grid(3, 4), null), SCALES, 0);
    assertThat(manager.getManagedArrays()).hasSize(before + 2);
  }

  @Test
  void shouldNameEveryProblemWhenNothingFits() {
    assertThatThrownBy(
            () ->
                merge.merge(
                    manager.zeros(new Shape(3, 15, 2), DataType.INT32),
                    List.of(new Grid(3, 4), new Grid(1, 1)),
                    SCALES,
                    3))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("resize_output_to_idx is 3")
        .hasMessageContaining("int32")
        .hasMessageContaining("15 tokens")
        .hasMessageContaining("ask for 23 sub-images")
        .hasMessageContaining("have 3");
    assertThatThrownBy(
            () ->
                merge.merge(
                    manager.zeros(new Shape(3, 16)), List.of(new Grid(0, 4)), List.of(64, 32), 0))
        .hasMessageContaining("ascend")
        .hasMessageContaining("block_sizes[0] is 0x4")
        .hasMessageContaining("rank 2");
    assertThatThrownBy(
            () -> merge.merge(manager.zeros(new Shape(3, 16, 1)), List.of(), List.of(), 0))
        .hasMessageContaining("scales is empty")
        .hasMessageContaining("block_sizes is empty");
  }
}
