package io.s2stream.cli.s2options;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.SplitMode;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link ScaleArguments} as the {@code s2} section of a service's configuration, with its
 * defaults and its checks.
 */
public final class ServiceOptions {
  private static final Pattern LINE = Pattern.compile("^line \\d+: ");

  private ServiceOptions() {}

  /**
   * Reads the arguments.
   *
   * @param problems gets everything that is wrong whatever the frames and the tower are
   * @return null when there are problems
   */
  public static @Nullable S2Config read(ScaleArguments arguments, Problems problems) {
    OptionText text = new OptionText(problems);
    int before = problems.count();
    Map<String, Object> section = new LinkedHashMap<>();
    put(section, "preset", arguments.preset);
    if (arguments.scales != null) {
      section.put("scales", text.numbers("--scales", arguments.scales));
    }
    SplitMode mode = null;
    if (arguments.imgSizes != null) {
      List<ImageSize> sizes = text.sizes("--img-sizes", arguments.imgSizes);
      section.put("img-sizes", OptionText.parts(arguments.imgSizes));
      mode = ForwardOptions.defaultMode(sizes);
    }
    if (arguments.splitMode != null) {
      mode = text.choice("--split-mode", arguments.splitMode, SplitMode.class);
    }
    put(section, "split-mode", mode == null ? null : mode.name().toLowerCase(Locale.ROOT));
    if (arguments.maxSplitSize != null) {
      section.put(
          "max-split-size", text.wholeNumber("--max-split-size", arguments.maxSplitSize, 1));
    }
    if (arguments.resizeOutputToIdx != null) {
      section.put(
          "resize-output-to-idx",
          text.wholeNumber(
              "--resize-output-to-idx", arguments.resizeOutputToIdx, Integer.MIN_VALUE));
    }
    if (arguments.numPrefixToken != null) {
      section.put(
          "num-prefix-token", text.wholeNumber("--num-prefix-token", arguments.numPrefixToken, 0));
    }
    if (arguments.maxTilesPerForward != null) {
      section.put(
          "max-tiles-per-forward",
          text.wholeNumber("--max-tiles-per-forward", arguments.maxTilesPerForward, 1));
    }
    put(section, "split-forward", arguments.splitForward);
    return problems.count() == before ? parse(section, problems) : null;
  }

  private static void put(Map<String, Object> section, String name, @Nullable Object value) {
    if (value != null) {
      section.put(name, value);
    }
  }

  private static @Nullable S2Config parse(Map<String, Object> section, Problems problems) {
    try {
      // JSON is YAML; a user's text must not be taken for a reference to a variable or file.
      String yaml = new ObjectMapper().writeValueAsString(section).replace("${", "$${");
      return ConfigParser.parse(yaml, "the options", S2Config.class, Map.of());
    } catch (ConfigException e) {
      e.problems()
          .forEach(
              p ->
                  problems.add("--" + p.path() + " " + LINE.matcher(p.message()).replaceFirst("")));
      return null;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of plain values can always be written", e);
    }
  }
}
