package io.s2stream.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.ingest.source.SourceUri;
import org.jspecify.annotations.Nullable;

/** One entry of {@code streams}. */
public record StreamSettings(
    @Setting("Name of the stream and key of its records: letters, digits, '.', '_', '-'; unique.")
        String id,
    @Setting("A video file, or a URL that libav can open (rtsp, http, srt, …).") String uri,
    @Setting(
            value = "Frames per second to sample at most, above 0; absent: sampling.fps.",
            optional = true)
        @Nullable Double fps,
    @Setting(
            value = "Options for libav's demuxer and protocol, each 'name=value'.",
            defaultValue = "[]")
        List<String> options) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  public StreamSettings {
    List<Problem> problems = new ArrayList<>();
    if (!ID.matcher(id).matches()) {
      problems.add(
          new Problem(
              "id", "'" + id + "': expected 1 to 200 of letters, digits, '.', '_' and '-'"));
    }
    if (uri.isBlank()) {
      problems.add(new Problem("uri", "empty; expected a file or a URL"));
    }
    if (fps != null && !SamplingSettings.isFps(fps)) {
      problems.add(new Problem("fps", fps + ": " + SamplingSettings.EXPECTED_FPS));
    }
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).indexOf('=') < 1) {
        problems.add(
            new Problem("options[" + i + "]", "'" + options.get(i) + "': expected name=value"));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
    options = List.copyOf(options);
  }

  /** Returns the source, which masks its credentials when printed. */
  public SourceUri source() {
    return new SourceUri(uri);
  }

  /** Returns {@link #options} by name. */
  Map<String, String> libavOptions() {
    Map<String, String> byName = new HashMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      byName.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return byName;
  }
}
