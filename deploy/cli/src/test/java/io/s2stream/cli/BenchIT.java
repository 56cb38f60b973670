package io.s2stream.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 bench} in its smallest form: what it prints and writes, never how fast it was. */
class BenchIT {
  @TempDir private Path dir;

  @Test
  void shouldPrintOneTableAndWriteItBetweenTheMarksOfThePage() throws Exception {
    Path page =
        Files.writeString(
            dir.resolve("page.md"),
            "# By hand\n<!-- begin of what s2 bench wrote -->\nold\n<!-- end of what s2 bench wrote -->\nmore\n");

    S2Process bench =
        S2Process.run(
            dir,
            "bench",
            "--tiny",
            "--only",
            "pipeline,python,memory,start",
            "--write",
            page.toString());

    // Exit code 0 means that the features were those of a direct call, too.
    assertThat(bench.exitCode()).as("%s", bench).isZero();
    List<String> rows = bench.out().lines().filter(line -> line.startsWith("| ")).toList();
    assertThat(rows).hasSize(5);
    assertThat(rows.get(0)).startsWith("| what | ours | the peer or limit | ratio");
    assertThat(rows.get(1))
        .matches(
            "\\| Kafka → S2 \\[1, 2] → Kafka, demo-vit, exactly-once \\| [0-9.,]+ frames/s"
                + " \\| the bare tower on as many tiles, [0-9.,]+ frames/s"
                + " \\| [0-9.]+ \\([0-9.]+ to [0-9.]+\\) \\| ≥ 0\\.97 \\| (met|missed|noisy) \\|");
    assertThat(rows.get(2)).contains("--python PATH").endsWith("| left out |");
    assertThat(rows.get(3))
        .matches(
            "\\| memory of a forward \\[1, 2] of 4 frames, demo-vit \\| [0-9.]+ MB \\|"
                + " 1\\.05 × single scale \\+ result \\+ one image, [0-9.]+ MB \\| .*");
    assertThat(rows.get(4))
        .contains("first record, after a demo, demo-vit")
        .contains("limit 5.00 s");
    assertThat(bench.out()).contains("`./s2 bench --tiny --only pipeline,python,memory,start");
    assertThat(Files.readString(page))
        .startsWith("# By hand\n<!-- begin of what s2 bench wrote -->\n")
        .contains(rows)
        .doesNotContain("old\n")
        .endsWith("<!-- end of what s2 bench wrote -->\nmore\n");
  }

  @Test
  void shouldRefuseAComparisonThatIsNotThere() throws Exception {
    S2Process.run(dir, "bench", "--only", "speed")
        .assertRefused(2, "--only speed is not known; expected one of pipeline, ");
  }

  @Test
  void shouldRefuseAPythonThatHasNoPyTorch() throws Exception {
    S2Process.run(dir, "bench", "--python", "/bin/false", "--only", "pipeline")
        .assertRefused(2, "--python /bin/false can't make the tower: exit code 1");
  }
}
