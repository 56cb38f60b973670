package io.s2stream.cli;

import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 merge-dynamic}, {@code s2 tile-grid} and {@code s2 model}. */
class DynamicS2IT {
  @TempDir private Path dir;

  @Test
  void shouldMergeAsVilaDoes() throws Exception {
    JsonNode golden = Golden.cases("vila_dynamic_s2_merge").findFirst().orElseThrow();
    String input = Golden.file(golden.get("input"));

    S2Process merge =
        S2Process.run(
            dir,
            "merge-dynamic",
            "--input",
            input,
            "--block-sizes",
            "3x4,none",
            "--scales",
            "32,64,96",
            "--resize-output-to-idx",
            "-1",
            "--output-prefix",
            "out");

    assertThat(merge.exitCode()).as("%s", merge).isZero();
    assertThat(merge.out()).contains("new block sizes: 3x4,1x1");
    JsonNode outputs = golden.get("expected").get("outputs");
    for (int i = 0; i < 2; i++) {
      Floats.read(dir.resolve("out" + i + ".npy"))
          .assertCloseTo(Floats.read(Path.of(Golden.file(outputs.get(i)))), 1e-4f);
    }
    S2Process.run(
            dir,
            "merge-dynamic",
            "--input",
            input,
            "--block-sizes",
            "3x4",
            "--scales",
            "32,64,96",
            "--resize-output-to-idx",
            "3",
            "--output-prefix",
            "out")
        .assertRefused(2, "--resize-output-to-idx is 3", "18");
  }

  @Test
  void shouldPrintTheGridThatVilaChooses() throws Exception {
    S2Process text =
        S2Process.run(
            dir, "tile-grid", "--width", "800", "--height", "600", "--scales", "384,768,1152");
    assertThat(text.out().lines()).containsExactly("sub-images: 17", "grid: 3x4");

    S2Process json =
        S2Process.run(
            dir,
            "tile-grid",
            "--width=600",
            "--height=800",
            "--scales=384,768,1152",
            "--max-tiles=12",
            "--json");
    assertThat(json.out().strip()).isEqualTo("{\"sub_images\":17,\"grid\":[4,3]}");

    S2Process.run(dir, "tile-grid", "--width", "0", "--height", "x", "--scales", "1")
        .assertRefused(2, "--width is '0'", "--height is 'x'");
  }

  @Test
  void shouldDescribeAModelDirectoryOrSayWhyItCanNotBeUsed() throws Exception {
    S2Process model =
        S2Process.run(dir, "model", Distribution.demoTower().toString(), "--threads", "1");
    assertThat(model.exitCode()).as("%s", model).isZero();
    assertThat(model.out())
        .containsPattern("name +demo-vit\n")
        .containsPattern("sha256 +[0-9a-f]{64}\n")
        .containsPattern("input size +224x224\n")
        .containsPattern("image mean +0.5, 0.5, 0.5\n")
        .containsPattern("prefix tokens +0\n")
        .containsPattern("patch grid +14x14\n")
        .containsPattern("channels +192\n")
        .containsPattern("dtype +float32\n")
        .containsPattern("one tile +[0-9.]+ ms");

    S2Process.run(dir, "model", dir.toString()).assertRefused(1, "serving.properties");
  }
}
