package io.s2stream.local.demo;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.s2stream.ingest.StreamStatus;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.local.check.StreamCounts;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamViewTest {

  private static StreamView view(State state, long sampled, StreamCounts counts) {
    return view(state, sampled, counts, false);
  }

  private static StreamView view(State state, long sampled, StreamCounts counts, boolean stopped) {
    double progress = state == State.FINISHED ? 1 : 0.5;
    return new StreamView(
        new StreamStatus(
            "a-camera-with-a-long-name",
            state,
            false,
            10 * sampled,
            0,
            sampled,
            sampled,
            0,
            0,
            false,
            progress,
            null),
        counts,
        stopped);
  }

  private static StreamCounts counts(long frames, long dead, long duplicates, long end) {
    return new StreamCounts(
        frames,
        frames,
        dead,
        duplicates,
        0,
        0,
        List.of(1, 1024, 3456),
        "bfloat16",
        Duration.ofMillis(12_340),
        Duration.ofMillis(123_450),
        end,
        List.of());
  }

  @Test
  void shouldBeSoundWhenEveryFrameIsInARecordOrADeadLetter() {
    assertThat(view(State.FINISHED, 10, counts(10, 0, 0, 10)).isSound(false)).isTrue();
    assertThat(view(State.FINISHED, 10, counts(8, 2, 0, 10)).isSound(false)).isTrue();
  }

  @Test
  void shouldNotBeSoundWhenSomethingIsMissing() {
    assertThat(view(State.FINISHED, 10, counts(9, 0, 0, 10)).isSound(false)).isFalse();
    assertThat(view(State.FINISHED, 10, counts(10, 0, 0, -1)).isSound(false)).isFalse();
    assertThat(view(State.FAILED, 10, counts(10, 0, 0, 10)).isSound(false)).isFalse();
  }

  @Test
  void shouldAllowRepeatsOnlyWhenTheGuaranteeDoes() {
    assertThat(view(State.FINISHED, 10, counts(10, 0, 1, 10)).isSound(false)).isFalse();
    assertThat(view(State.FINISHED, 10, counts(10, 0, 1, 10)).isSound(true)).isTrue();
  }

  @Test
  void shouldWaitForTheEndMarkOfAFile() {
    assertThat(view(State.FINISHED, 10, counts(10, 0, 0, -1)).isSettled()).isFalse();
    assertThat(view(State.FINISHED, 10, counts(10, 0, 0, 10)).isSettled()).isTrue();
    assertThat(view(State.RUNNING, 10, counts(10, 0, 0, -1)).isSettled()).isFalse();
  }

  @Test
  void shouldNotWaitForAnEndMarkWhenStoppedBefore() {
    StreamView stopped = view(State.STOPPED, 10, counts(10, 0, 0, -1), true);

    assertThat(stopped.isSettled()).isTrue();
    assertThat(stopped.isSound(false)).isTrue();
    assertThat(view(State.FINISHED, 10, counts(9, 0, 1, -1), true).isSound(false)).isFalse();
  }

  @Test
  void shouldSayHowManyFramesWaitedWhenStoppedBefore() {
    DemoSummary summary =
        new DemoSummary(
            List.of(view(State.FINISHED, 10, counts(9, 0, 0, -1), true)),
            Map.of(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            false);

    assertThat(summary.isSound()).isTrue();
    assertThat(summary.lines()).last().asString().startsWith("Stopped while 1 frames waited");
  }

  @Test
  void shouldKeepTheTableWithin100Columns() {
    StreamView view = view(State.RUNNING, 123_456, counts(123_456, 0, 0, -1));

    assertThat(StreamColumns.header().length()).isLessThanOrEqualTo(100);
    assertThat(StreamColumns.header().indexOf("shape"))
        .as("the rest in 80")
        .isLessThanOrEqualTo(80);
    assertThat(StreamColumns.row(view).length()).isLessThanOrEqualTo(100);
    assertThat(StreamColumns.row(view))
        .contains("a-camera-with…", "[1,1024,3456]", "bfloat16", "12.34 s / 123.45 s", "50%");
  }

  @Test
  void shouldDrawTheTableOverItselfWithoutColourWhenToldSo() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LiveTable table = new LiveTable(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
    List<StreamView> views = List.of(view(State.RUNNING, 1, StreamCounts.NONE));

    table.update(views);
    table.update(views);

    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertThat(shown).containsOnlyOnce("\u001b[2A\r\u001b[J").doesNotContain("\u001b[2m");
  }

  @Test
  void shouldSayInTheSummaryWhatBecameOfEveryFrame() {
    DemoSummary summary =
        new DemoSummary(
            List.of(view(State.FINISHED, 10, counts(8, 1, 0, 10))),
            Map.of("bad-frame (no JPEG)", 1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            false);

    assertThat(summary.isSound()).isFalse();
    assertThat(String.join("\n", summary.lines()))
        .contains("100 frames decoded, 10 sampled, 10 acknowledged")
        .contains("features of 8 frames in 8 records; 1 dead letters, 1 missing, 0 duplicates")
        .contains("dead letters: 1 × bad-frame (no JPEG)")
        .contains("First features 5.00 s after the start, then 4.0 frames/s.")
        .endsWith("NOT every sampled frame is accounted for.");
  }
}
