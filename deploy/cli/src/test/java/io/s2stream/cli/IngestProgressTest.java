package io.s2stream.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

import io.s2stream.ingest.StreamStatus;
import io.s2stream.ingest.StreamStatus.State;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class IngestProgressTest {

  private static StreamStatus status(State state, boolean live, double progress) {
    return new StreamStatus("x", state, live, 0, 0, 0, 1_000, 0, 0, false, progress, null);
  }

  @Test
  void shouldTellHowFarAllFilesAreTogether() {
    List<StreamStatus> streams =
        List.of(
            status(State.FINISHED, false, 1),
            status(State.RUNNING, false, 0.5),
            status(State.FAILED, false, 0.2),
            status(State.STARTING, false, 0),
            status(State.RUNNING, true, Double.NaN));

    assertThat(IngestProgress.line(streams))
        .isEqualTo(
            "[###################           ]  62 %  2 of 4 files, 1 live streams, 5,000 frames"
                + " sent");
  }

  @Test
  void shouldBeginWithTheFirstFileOfAFolderThatWasEmpty() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    IngestProgress progress = new IngestProgress(new PrintStream(terminal, true, UTF_8));
    StreamStatus camera = status(State.RUNNING, true, Double.NaN);

    progress.update(List.of());
    progress.update(List.of(camera));
    assertThat(terminal.toString(UTF_8)).isEmpty();

    progress.update(List.of(camera, status(State.RUNNING, false, 0.5)));
    assertThat(terminal.toString(UTF_8)).contains("50 %  0 of 1 files, 1 live streams");
  }

  @Test
  void shouldNotFailWhenThereIsNoFile() {
    assertThat(IngestProgress.line(List.of())).startsWith("[     ").contains("  0 %", "0 of 0");
  }
}
