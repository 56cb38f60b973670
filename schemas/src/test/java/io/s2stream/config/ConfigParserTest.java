package io.s2stream.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ConfigParserTest {

  enum Guarantee {
    EXACTLY_ONCE,
    AT_LEAST_ONCE
  }

  record Batch(
      @Setting(value = "Frames per batch.", defaultValue = "8") int maxFrames,
      @Setting(value = "Wait for a full batch.", defaultValue = "5ms") Duration maxLinger) {
    Batch {
      if (maxFrames < 1) {
        throw new InvalidSettingException("max-frames", "must be at least 1, but is " + maxFrames);
      }
    }
  }

  record Source(
      @Setting("Where the video is.") String url,
      @Setting(value = "Frames per second.", optional = true) @Nullable Double fps) {}

  record Root(
      @Setting("Name of the group.") String applicationId,
      @Setting(value = "Delivery.", defaultValue = "exactly-once") Guarantee guarantee,
      @Setting(value = "Scales.", defaultValue = "[1, 2]") List<Double> scales,
      @Setting(value = "Largest request.", defaultValue = "64MiB") ByteSize maxRequest,
      @Setting("Batching.") Batch batch,
      @Setting(value = "Sources.", defaultValue = "[]") List<Source> sources,
      @Setting(value = "Directory.", optional = true) @Nullable Path directory) {}

  private static final Map<String, String> ENV = Map.of("GROUP", "blue", "EMPTY", "");

  private static Root parse(String yaml) throws ConfigException {
    return ConfigParser.parse(yaml, "test.yaml", Root.class, ENV);
  }

  private static List<String> problems(String yaml) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> parse(yaml));
    assertThat(e).as("parsing must fail").isNotNull();
    return e.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void shouldFillInDefaultsWhenOnlyRequiredSettingsAreGiven() throws ConfigException {
    Root root = parse("application-id: a");

    assertThat(root)
        .isEqualTo(
            new Root(
                "a",
                Guarantee.EXACTLY_ONCE,
                List.of(1.0, 2.0),
                ByteSize.ofMebibytes(64),
                new Batch(8, Duration.ofMillis(5)),
                List.of(),
                null));
  }

  @Test
  void shouldReadEveryTypeWhenAllIsGiven() throws ConfigException {
    Root root =
        parse(
            """
            application-id: "42"
            guarantee: at-least-once
            scales: [1, 1.5, 2e0]
            max-request: 1GiB
            batch: {max-frames: 3, max-linger: 2s}
            sources:
              - url: rtsp://camera/1
              - {url: file.mp4, fps: 2}
            directory: /models
            """);

    assertThat(root)
        .isEqualTo(
            new Root(
                "42",
                Guarantee.AT_LEAST_ONCE,
                List.of(1.0, 1.5, 2.0),
                new ByteSize(1L << 30),
                new Batch(3, Duration.ofSeconds(2)),
                List.of(new Source("rtsp://camera/1", null), new Source("file.mp4", 2.0)),
                Path.of("/models")));
  }

  @Test
  void shouldReportAllProblemsAtOnceWithPathAndLineWhenSeveralAreWrong() {
    List<String> problems =
        problems(
            """
            guarantee: exactly-onse
            scales: [1, two]
            max-request: 64
            batch:
              max-frame: 3
              max-linger: 5
            sources:
              - fps: fast
            """);

    assertThat(problems)
        .containsExactlyInAnyOrder(
            "application-id: line 1: missing; expected text: Name of the group.",
            "guarantee: line 1: 'exactly-onse' is not one of exactly-once, at-least-once;"
                + " did you mean 'exactly-once'?",
            "scales[1]: line 2: 'two' is not a number",
            "max-request: line 3: '64' is not a size; expected " + ByteSize.FORMS,
            "batch.max-frame: line 5: unknown key; did you mean 'max-frames'?",
            "batch.max-linger: line 6: '5' is not a duration; expected " + DurationText.FORMS,
            "sources[0].url: line 8: missing; expected text: Where the video is.",
            "sources[0].fps: line 8: 'fast' is not a number");
  }

  @Test
  void shouldListKnownKeysWhenNoneIsNear() {
    assertThat(problems("application-id: a\nbatch: {colour: red}"))
        .containsExactly("batch.colour: line 2: unknown key; known here: max-frames, max-linger");
  }

  @Test
  void shouldSayWhatToDoInTheMessage() {
    assertThatThrownBy(() -> parse("aplication-id: a"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("test.yaml: the configuration has 2 problems:\n  ")
        .hasMessageContaining("did you mean 'application-id'?")
        .hasMessageEndingWith(
            "Correct this and start again; docs/configuration.md describes every setting.");
  }

  @Test
  void shouldRefuseKeysGivenTwice() {
    assertThat(problems("application-id: a\nbatch: {}\napplication-id: b"))
        .containsExactly(
            "application-id: line 3: given twice, first in line 1; remove one of them");
  }

  @Test
  void shouldAddPathAndLineWhenARecordRefusesItsValues() {
    assertThat(problems("application-id: a\nbatch:\n  max-linger: 1s\n  max-frames: 0"))
        .containsExactly("batch.max-frames: line 4: must be at least 1, but is 0");
  }

  @Test
  void shouldRefuseWrongKindsOfNodes() {
    assertThat(
            problems("application-id: [a]\nscales: 1\nbatch: 3\nsources: {url: x}\nguarantee:\n"))
        .containsExactly(
            "application-id: line 1: expected text, found a list",
            "scales: line 2: expected a list, found a single value",
            "batch: line 3: expected a section of keys, found a single value",
            "sources: line 4: expected a list, found a section of keys",
            "guarantee: line 5: has no value; expected one of exactly-once, at-least-once");
  }

  @Test
  void shouldRefuseWholeNumbersOutOfRange() {
    assertThat(problems("application-id: a\nbatch: {max-frames: 3000000000}"))
        .containsExactly(
            "batch.max-frames: line 2: '3000000000' is not between -2147483648 and 2147483647");
  }

  @Test
  void shouldSubstituteVariablesAndFiles(@TempDir Path dir) throws Exception {
    Path secret = Files.writeString(dir.resolve("secret"), "pa:ss\n\n");

    Root root =
        parse(
            "application-id: \"${env:GROUP}-${env:NONE:-x}-${env:EMPTY:-y}-$${env:GROUP}\"\n"
                + ("sources: [{url: \"${file:" + secret + "}\", fps: \"${env:FPS:-2.5}\"}]"));

    assertThat(root.applicationId()).isEqualTo("blue-x-y-${env:GROUP}");
    assertThat(root.sources()).containsExactly(new Source("pa:ss\n", 2.5));
  }

  @Test
  void shouldNameTheReferenceWhenItCannotBeResolved() {
    assertThat(
            problems(
                """
                application-id: ${env:NONE}
                directory: ${file:/does/not/exist}
                sources: [{url: '${evn:GROUP}'}]
                """))
        .containsExactly(
            "application-id: line 1: the environment variable 'NONE' is not set; set it or write"
                + " ${env:NONE:-default}",
            "directory: line 2: the file '/does/not/exist' does not exist",
            "sources[0].url: line 3: '${evn:GROUP}' is not a reference; expected ${env:NAME},"
                + " ${env:NAME:-default} or ${file:/path} (write $${ for a literal ${)");
  }

  @Test
  void shouldGiveOneClearProblemWhenThereIsNothingToRead(@TempDir Path dir) {
    assertThat(problems("# nothing\n"))
        .containsExactly("the file is empty; expected YAML with the settings");
    assertThat(problems("- a\n"))
        .containsExactly("the file is not a YAML mapping; expected lines of 'key: value'");
    assertThatThrownBy(() -> ConfigParser.parse(dir.resolve("none.yaml"), Root.class, ENV))
        .hasMessageContaining("none.yaml")
        .hasMessageContaining("the file does not exist");
    assertThatThrownBy(() -> ConfigParser.parse(dir, Root.class, ENV))
        .hasMessageContaining("it is a directory");
  }

  @Test
  void shouldPointAtTheLineWhenYamlIsBroken() {
    assertThat(problems("application-id: a\nbatch: {max-frames: 3\n"))
        .singleElement()
        .asString()
        .startsWith("line 3, column 1: not valid YAML: ");
  }
}
