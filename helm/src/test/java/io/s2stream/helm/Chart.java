package io.s2stream.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;

/** The chart of this module, rendered as release {@code demo} in namespace {@code video}. */
final class Chart {
  static final Path FOLDER = Path.of("s2-stream");

  /** What no installation can do without. */
  static final String NEEDED =
      """
      kafka: {bootstrapServers: "broker:9092"}
      schemaRegistry: {url: "http://registry:8081"}
      ingest: {config: {image-size: [448], streams: [{id: lobby, uri: "rtsp://lobby/1"}]}}
      processor: {model: {pvc: {claimName: models}}}
      """;

  /** Four tests look at each of the combinations. */
  private static final Map<String, Rendered> RENDERED = new ConcurrentHashMap<>();

  private Chart() {}

  /**
   * This Helm leaves hooks out of what it returns: in the copy their annotations are {@code hook…}
   * in place of {@code helm.sh/hook…}.
   */
  private static Path copyWithHooksAsObjects() {
    Path target = Path.of("target/chart-with-hooks-as-objects");
    try (var files = Files.walk(FOLDER)) {
      for (Path file : files.toList()) {
        Path copied = target.resolve(FOLDER.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.writeString(copied, Files.readString(file).replace("helm.sh/hook", "hook"));
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renders with these values over {@link #NEEDED}, once; Helm merges the two. */
  static Rendered render(String values) {
    Rendered known = RENDERED.get(values);
    if (known == null) {
      known = renderAll(NEEDED, values);
      RENDERED.put(values, known);
    }
    return known;
  }

  /** Renders with these values over the chart's own alone. */
  static Rendered renderAll(String... values) {
    try {
      Path folder = Files.createTempDirectory("s2-values");
      try {
        Path base = Files.writeString(folder.resolve("base.yaml"), values[0]);
        var template =
            new Helm(copyWithHooksAsObjects())
                .template()
                .withName("demo")
                .withNamespace("video")
                // Stays for the rest of the process once it was set: set it always.
                .withKubeVersion("1.31.0")
                .withValuesFile(base);
        if (values.length > 1) {
          template.withValuesFile(Files.writeString(folder.resolve("over.yaml"), values[1]));
        }
        return Rendered.of(template.call());
      } finally {
        Files.deleteIfExists(folder.resolve("base.yaml"));
        Files.deleteIfExists(folder.resolve("over.yaml"));
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LintResult lint() {
    return new Helm(FOLDER).lint().strict().call();
  }
}
