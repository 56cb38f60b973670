package io.s2stream.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

/** The viewer's numbers as text: the system in pairs, then a line for each stream. */
final class TopTable {
  private static final String ROW = "%-28s %8s %10s %10s %8s %9s %8s %7s %10s  %s%n";
  private static final int PAIRS_A_LINE = 3;

  private TopTable() {}

  /**
   * @param state as the viewer tells it
   * @param rows streams to show at most
   */
  static String of(JsonNode state, int rows) {
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (JsonNode figure : state.path("system")) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-22s %9s  ",
              figure.path("label").asText(),
              number(figure.path("value"), figure.path("unit").asText())));
      shown++;
      if (shown % PAIRS_A_LINE == 0) {
        text.append('\n');
      }
    }
    text.append(shown % PAIRS_A_LINE == 0 ? "\n" : "\n\n");
    text.append(
        String.format(
            ROW,
            "stream",
            "fps",
            "p50",
            "p99",
            "lag",
            "left out",
            "dropped",
            "breaks",
            "frame",
            "state"));
    List<JsonNode> streams = new ArrayList<>();
    state.path("streams").forEach(streams::add);
    streams.sort(
        Comparator.comparingDouble((JsonNode stream) -> -stream.path("lag").asDouble())
            .thenComparing(stream -> stream.path("id").asText()));
    streams.stream().limit(rows).forEach(stream -> text.append(row(stream)));
    if (streams.size() > rows) {
      text.append("… and ").append(streams.size() - rows).append(" more (--rows)\n");
    }
    return text.toString();
  }

  private static String row(JsonNode stream) {
    String id = printable(stream.path("id").asText());
    double idle = stream.path("idle").asDouble();
    return String.format(
        ROW,
        id.length() <= 28 ? id : id.substring(0, 27) + "…",
        number(stream.path("fps"), ""),
        number(stream.path("p50"), "s"),
        number(stream.path("p99"), "s"),
        number(stream.path("lag"), ""),
        stream.path("skipped").asText(),
        number(stream.path("dropped"), ""),
        stream.path("breaks").asText(),
        stream.path("index").asText(),
        stream.path("ended").asBoolean()
            ? "ended"
            : idle > 10 ? String.format(Locale.ROOT, "idle %.0f s", idle) : "live");
  }

  /** Names come from records: a control character must not steer the terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static String number(JsonNode value, String unit) {
    if (!value.isNumber()) {
      return "-";
    }
    double number = value.asDouble();
    if (unit.equals("B")) {
      return String.format(Locale.ROOT, "%.1f GiB", number / (1 << 30));
    }
    String text =
        number == Math.rint(number) && Math.abs(number) < 1e9
            ? String.format(Locale.ROOT, "%d", (long) number)
            : String.format(Locale.ROOT, number < 10 ? "%.2f" : "%.1f", number);
    return unit.isEmpty() ? text : unit.startsWith("/") ? text + unit : text + " " + unit;
  }
}
