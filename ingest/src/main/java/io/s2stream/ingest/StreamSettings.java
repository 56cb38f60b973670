package io.s2stream.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.SecretMasking;
import io.s2stream.config.Setting;
import io.s2stream.ingest.source.LiveMode;
import io.s2stream.ingest.source.SourceUri;
import org.jspecify.annotations.Nullable;

/** One entry of {@code streams}. */
public record StreamSettings(
    @Setting("Name of the stream and key of its records: letters, digits, '.', '_', '-'; unique.")
        String id,
    @Setting(
            "A video file; a folder or a glob (*, **, ?, [a-z], {a,b}), each file of which becomes a"
                + " stream named ID.FILE; a capture device (/dev/video0); or a URL that libav can open (rtsp, rtmp, http,"
                + " hls, srt, …).")
        String uri,
    @Setting(
            value =
                "Which frames of this stream go on; takes the place of the whole section sampling"
                    + " above.",
            optional = true)
        @Nullable SamplingSettings sampling,
    @Setting(
            value =
                "Whether reaching the end means that the source was lost and is to be opened again."
                    + " auto: yes for rtsp, rtmp, srt, udp and rtp, and for other URLs without a"
                    + " known length.",
            defaultValue = "auto")
        LiveMode live,
    @Setting(
            value =
                "Options for libav's demuxer and protocol, each 'name=value'; unknown ones are"
                    + " refused. Certificates are checked against the system's authorities:"
                    + " ca_file=FILE names others, tls_verify=0 switches the check off.",
            defaultValue = "[]",
            shownNames = StreamSettings.SHOWN_OPTIONS)
        List<String> options) {

  // Printed as they are; the values of all others may hold secrets.
  static final String SHOWN_OPTIONS =
      "rtsp_transport rtsp_flags timeout rw_timeout analyzeduration probesize fflags max_delay"
          + " buffer_size framerate reconnect reconnect_streamed tls_verify ca_file";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  public StreamSettings {
    List<Problem> problems = new ArrayList<>();
    if (!ID.matcher(id).matches()) {
      problems.add(
          new Problem(
              "id",
              "'"
                  + SecretMasking.maskUrl(id)
                  + "': expected 1 to 200 of letters, digits, '.', '_' and '-'"));
    }
    if (uri.isBlank()) {
      problems.add(new Problem("uri", "empty; expected a file or a URL"));
    }
    if (live == LiveMode.TRUE && !uri.isBlank() && new SourceUri(uri).localPath().isPresent()) {
      problems.add(new Problem("live", "true, but the uri is a file, which has an end"));
    }
    checkOptions(options, problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
    options = List.copyOf(options);
  }

  /** Never repeats an option: it may hold a secret. */
  private static void checkOptions(List<String> options, List<Problem> problems) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < options.size(); i++) {
      int equals = options.get(i).indexOf('=');
      if (equals < 1) {
        problems.add(new Problem("options[" + i + "]", "expected name=value"));
      } else if (!names.add(options.get(i).substring(0, equals))) {
        problems.add(
            new Problem(
                "options[" + i + "]",
                "'" + options.get(i).substring(0, equals) + "' is given twice"));
      }
    }
  }

  /** Returns the same for one file of a folder. */
  StreamSettings of(String idOfFile, String file) {
    return new StreamSettings(idOfFile, file, sampling, live, options);
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

  /** Secrets are masked. */
  @Override
  public String toString() {
    return "StreamSettings[id="
        + id
        + ", uri="
        + source()
        + ", sampling="
        + sampling
        + ", live="
        + live
        + ", options="
        + options.stream().map(o -> SecretMasking.maskPair(o, SHOWN_OPTIONS)).toList()
        + "]";
  }
}
