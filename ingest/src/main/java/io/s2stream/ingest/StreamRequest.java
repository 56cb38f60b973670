package io.s2stream.ingest;

import java.util.List;

import io.s2stream.config.Setting;
import io.s2stream.ingest.source.LiveMode;
import org.jspecify.annotations.Nullable;

/** What is sent to add or change a stream: an entry of {@code streams} without its id. */
record StreamRequest(
    @Setting("A file, a folder, a glob or a URL.") String uri,
    @Setting(value = "Which frames go on.", optional = true) @Nullable SamplingSettings sampling,
    @Setting(value = "Whether its end is a loss.", defaultValue = "auto") LiveMode live,
    @Setting(value = "Options for libav.", defaultValue = "[]") List<String> options) {

  StreamSettings as(String id) {
    return new StreamSettings(id, uri, sampling, live, options);
  }
}
