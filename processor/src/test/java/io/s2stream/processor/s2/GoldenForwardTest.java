package io.s2stream.processor.s2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.Tower;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The forward against results of the authors' own code. */
class GoldenForwardTest {
  private static final float TOLERANCE = 1e-4f;

  private static TensorOps ops;

  @BeforeAll
  static void load() {
    ops = TensorOps.load(Device.cpu());
  }

  @AfterAll
  static void close() {
    ops.close();
  }

  static Stream<JsonNode> results() throws IOException {
    return cases("s2").filter(c -> c.has("expected"));
  }

  static Stream<JsonNode> errors() throws IOException {
    return cases("s2").filter(c -> c.has("expected_error"));
  }

  /** Cases of one kind. */
  static Stream<JsonNode> cases(String kind) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    read("/golden/index.json").get("cases").forEach(cases::add);
    assertThat(cases).hasSize(16);
    return cases.stream().filter(c -> c.get("kind").asText().equals(kind));
  }

  private static JsonNode read(String index) throws IOException {
    return new ObjectMapper().readTree(GoldenForwardTest.class.getResource(index));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("results")
  void shouldEqualTheAuthorsResultWhenGivenTheirOptions(JsonNode golden) throws Exception {
    assertEqual(golden, "/golden/");
  }

  /** Made by src/test/python/make_forward_cases.py from the definition, without PyTorch's help. */
  static Stream<JsonNode> ownCases() throws IOException {
    return StreamSupport.stream(read("/cases/index.json").get("cases").spliterator(), false);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ownCases")
  void shouldEqualTheDefinitionWhenOptionsMeet(JsonNode own) throws Exception {
    assertEqual(own, "/cases/");
  }

  private static void assertEqual(JsonNode golden, String folder) throws Exception {
    Npy input = Npy.resource(folder + golden.get("input").asText());
    Npy expected = Npy.resource(folder + golden.get("expected").get("output").asText());
    try (Tower tower = TestTowers.golden(golden.get("model").asText());
        NDManager manager = tower.newManager()) {
      NDArray images = manager.create(input.values(), new Shape(input.shape()));
      NDArray out = new S2Forward(tower, ops).forward(images, options(golden));
      assertThat(out.getShape().getShape()).isEqualTo(expected.shape());
      assertThat(maxError(out.toFloatArray(), expected.values())).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void shouldRefuseWhenTheAuthorsCodeDoes(JsonNode golden) throws Exception {
    // given
    Npy input = Npy.resource("/golden/" + golden.get("input").asText());
    try (Tower tower = TestTowers.golden(golden.get("model").asText());
        NDManager manager = tower.newManager()) {
      NDArray images = manager.create(input.values(), new Shape(input.shape()));
      var forward = new S2Forward(tower, ops);

      // when / then
      assertThatThrownBy(() -> forward.forward(images, options(golden)))
          .isInstanceOf(InvalidOptionsException.class);
    }
  }

  static float maxError(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float max = 0;
    for (int i = 0; i < actual.length; i++) {
      max = Math.max(max, Math.abs(actual[i] - expected[i]));
    }
    return max;
  }

  private static S2Options options(JsonNode golden) {
    JsonNode options = golden.get("options");
    boolean anyShape = golden.path("upstream_branch").asText().equals("dev_any_shape");
    String mode = options.path("split_mode").asText(anyShape ? "resize" : "exact");
    List<Double> scales = new ArrayList<>();
    options.path("scales").forEach(s -> scales.add(s.asDouble()));
    List<ImageSize> sizes = new ArrayList<>();
    options
        .path("img_sizes")
        .forEach(
            s ->
                sizes.add(
                    s.isInt()
                        ? ImageSize.square(s.asInt())
                        : new ImageSize(s.get(0).asInt(), s.get(1).asInt())));
    return new S2Options(
        options.has("scales") ? scales : null,
        options.has("img_sizes") ? sizes : null,
        options.path("max_split_size").asInt(0),
        SplitMode.valueOf(mode.toUpperCase(Locale.ROOT)),
        options.path("resize_output_to_idx").asInt(0),
        options.path("num_prefix_token").asInt(0),
        options.path("output_shape").asText("bnc").equals("bnc")
            ? OutputShape.BNC
            : OutputShape.BCHW,
        options.path("split_forward").asBoolean(false),
        0);
  }
}
