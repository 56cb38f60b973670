package io.s2stream.cli.tower;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.s2stream.processor.tower.ModelDirectory;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.TileFeatures.FeatureMap;
import io.s2stream.processor.tower.TileFeatures.Tokens;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.processor.tower.TowerSpec;

/**
 * What there is to know about a tower: what its directory says, and what running one tile shows.
 *
 * @param file the TorchScript file
 * @param fileBytes its size
 * @param tileSize side of the tile that was run, pixels
 * @param features of one tile
 * @param firstMillis how long the first tile took
 * @param tileMillis how long a tile takes after that, median
 */
public record ModelReport(
    Path file,
    long fileBytes,
    TowerSpec spec,
    int tileSize,
    TileFeatures features,
    double firstMillis,
    double tileMillis) {
  private static final int MEASURED_RUNS = 5;

  /**
   * Runs one tile of noughts several times.
   *
   * @param tileSize pixels
   * @throws TowerLoadException when the tower fails on it
   */
  public static ModelReport of(ModelDirectory directory, Tower tower, int tileSize)
      throws TowerLoadException, IOException {
    try {
      TileFeatures features = tower.describe(tileSize);
      double first = run(tower, tileSize);
      double[] later = new double[MEASURED_RUNS];
      for (int i = 0; i < later.length; i++) {
        later[i] = run(tower, tileSize);
      }
      Arrays.sort(later);
      Path file = directory.modelFile();
      return new ModelReport(
          file, Files.size(file), tower.spec(), tileSize, features, first, later[later.length / 2]);
    } catch (EngineException e) {
      throw new TowerLoadException(
          directory.modelFile()
              + " fails on one tile of "
              + tileSize
              + "x"
              + tileSize
              + " pixels. Cause: "
              + TorchErrors.cause(e),
          e);
    }
  }

  private static double run(Tower tower, int tileSize) {
    try (NDManager scope = tower.newManager()) {
      NDArray tile = scope.zeros(new Shape(1, 3, tileSize, tileSize), tower.spec().tileType());
      long start = System.nanoTime();
      // Reading a value waits for a device that works on its own.
      tower.features(tile).get(0).flatten().get(0).toByteBuffer();
      return (System.nanoTime() - start) / 1e6;
    }
  }

  /** Lines for people: a name, then a value. */
  public Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("name", spec.name());
    lines.put("file", String.format(Locale.ROOT, "%s (%.1f MB)", file, fileBytes / 1e6));
    lines.put("sha256", spec.sha256());
    lines.put(
        "input size", spec.inputSize() == 0 ? "any" : spec.inputSize() + "x" + spec.inputSize());
    lines.put("image mean", text(spec.imageMean()));
    lines.put("image std", text(spec.imageStd()));
    lines.put("dtype", dtype());
    lines.put("prefix tokens", prefixTokens() < 0 ? "unknown" : Integer.toString(prefixTokens()));
    lines.put("patch grid", grid());
    lines.put("channels", Integer.toString(features.channels()));
    lines.put(
        "one tile",
        String.format(
            Locale.ROOT,
            "%.1f ms at %dx%d pixels (the first %.1f ms)",
            tileMillis,
            tileSize,
            tileSize,
            firstMillis));
    return lines;
  }

  /** The same for programs. */
  public String json() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode node = json.createObjectNode();
    node.put("name", spec.name());
    node.put("file", file.toString());
    node.put("bytes", fileBytes);
    node.put("sha256", spec.sha256());
    node.put("input_size", spec.inputSize());
    node.set("image_mean", json.valueToTree(spec.imageMean()));
    node.set("image_std", json.valueToTree(spec.imageStd()));
    node.put("dtype", dtype());
    if (prefixTokens() >= 0) {
      node.put("prefix_tokens", prefixTokens());
    }
    if (features instanceof Tokens tokens) {
      node.put("tokens", tokens.tokens());
    }
    node.put("patch_grid", grid());
    node.put("channels", features.channels());
    node.put("tile_size", tileSize);
    node.put("tile_millis", tileMillis);
    return node.toString();
  }

  private int prefixTokens() {
    return spec.prefixTokens();
  }

  private String dtype() {
    return spec.dtype().toString().toLowerCase(Locale.ROOT);
  }

  private String grid() {
    if (features instanceof FeatureMap map) {
      return map.height() + "x" + map.width() + " (feature map)";
    }
    int side = ((Tokens) features).gridSide(Math.max(0, prefixTokens()));
    return side == 0 ? "none without the number of prefix tokens" : side + "x" + side;
  }

  private static String text(List<Float> perChannel) {
    return String.join(", ", perChannel.stream().map(String::valueOf).toList());
  }
}
