package io.s2stream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 forward} on the golden cases and on what it must refuse. */
class ForwardIT {
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path dir;

  static Stream<JsonNode> results() throws IOException {
    return Golden.cases("s2").filter(golden -> golden.has("expected"));
  }

  static Stream<JsonNode> errors() throws IOException {
    return Golden.cases("s2").filter(golden -> golden.has("expected_error"));
  }

  private S2Process forward(JsonNode golden, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "forward",
                "--model",
                Golden.file(golden.get("model")),
                "--input",
                Golden.file(golden.get("input")),
                "--output",
                "y.npy"));
    arguments.addAll(Golden.options(golden));
    arguments.addAll(List.of("--threads", "1"));
    arguments.addAll(List.of(more));
    return S2Process.run(dir, arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("results")
  void shouldWriteTheAuthorsResultWhenGivenTheirOptions(JsonNode golden) throws Exception {
    S2Process forward = forward(golden);

    assertThat(forward.exitCode()).as("%s", forward).isZero();
    assertThat(forward.err()).isEmpty();
    Floats.read(dir.resolve("y.npy"))
        .assertCloseTo(
            Floats.read(Path.of(Golden.file(golden.get("expected").get("output")))), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void shouldRefuseInOneLineWhenTheAuthorsCodeDoes(JsonNode golden) throws Exception {
    S2Process forward = forward(golden).assertRefused(2, "s2: ");

    assertThat(forward.err().lines()).hasSize(1);
    assertThat(dir.resolve("y.npy")).doesNotExist();
  }

  @Test
  void shouldNameEveryProblemAtOnceAndKeepTheOldOutput() throws Exception {
    // given
    Path old = Files.writeString(dir.resolve("y.npy"), "old");
    Path input = Files.writeString(dir.resolve("x.npy"), "no array");

    // when
    S2Process forward =
        S2Process.run(
            dir,
            "forward",
            "--model",
            "none.pt",
            "--input",
            input.toString(),
            "--output",
            old.toString(),
            "--scales",
            "1,two",
            "--max-split-size",
            "0",
            "--split-mode",
            "fold");

    // then
    forward.assertRefused(
        2,
        "--model none.pt doesn't exist",
        "--scales is '1,two'",
        "--max-split-size is '0'",
        "--split-mode is 'fold': expected one of exact, resize, pad",
        "x.npy can't be used: it is no NumPy .npy file");
    assertThat(forward.err().lines()).hasSize(1);
    assertThat(old).hasContent("old");
  }

  @Test
  void shouldBoundTheTilesOfARunWithoutChangingTheResult() throws Exception {
    JsonNode golden = results().findFirst().orElseThrow();

    S2Process forward = forward(golden, "--split-forward", "--max-tiles-per-forward", "2");

    assertThat(forward.exitCode()).as("%s", forward).isZero();
    Floats.read(dir.resolve("y.npy"))
        .assertCloseTo(
            Floats.read(Path.of(Golden.file(golden.get("expected").get("output")))), TOLERANCE);
  }

  @Test
  void shouldRefuseTilesThatTheTowerDoesNotTake() throws Exception {
    JsonNode golden = results().findFirst().orElseThrow();

    forward(golden, "--max-split-size", "16").assertRefused(2, "16x16 pixels", "--max-split-size");
  }
}
