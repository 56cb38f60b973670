package io.s2stream.viewer.web;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.viewer.features.ChannelRange;
import io.s2stream.viewer.figures.DeadLetters;
import io.s2stream.viewer.figures.Figure;
import io.s2stream.viewer.figures.StreamFigures;
import io.s2stream.viewer.figures.SystemFigures;
import io.s2stream.viewer.moments.Moment;
import io.s2stream.viewer.moments.Moments;
import io.s2stream.viewer.moments.ShownStream;
import io.s2stream.viewer.moments.ShownStreams;
import io.s2stream.viewer.moments.Similarity;
import org.jspecify.annotations.Nullable;

/** All that is told in JSON. Numbers that aren't known are null. Thread-safe. */
public final class PageJson {
  private final ObjectMapper mapper = new ObjectMapper();

  /** Handles are of one run of the viewer; this tells runs apart. */
  private final String instance = UUID.randomUUID().toString();

  private final ShownStreams streams;
  private final Moments moments;
  private final SystemFigures system;
  private final DeadLetters deadLetters;

  public PageJson(
      ShownStreams streams, Moments moments, SystemFigures system, DeadLetters deadLetters) {
    this.streams = streams;
    this.moments = moments;
    this.system = system;
    this.deadLetters = deadLetters;
  }

  /** In UTF-8. Arrays of bytes become base64. */
  byte[] bytes(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of plain values can always be written", e);
    }
  }

  /** Streams and system with all their numbers, as page and terminal show them; in UTF-8. */
  public byte[] state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("instance", instance);
    state.put("streams", streams());
    state.put("more", streams.isFull());
    state.put("system", figures());
    state.put("dead_letters", deadLetters.byReason());
    return bytes(state);
  }

  private List<Object> streams() {
    long now = System.currentTimeMillis();
    List<ShownStream> all = streams.all();
    Iterator<Double> lags =
        system.waiting(all.stream().map(ShownStream::figures).toList()).iterator();
    List<Object> shown = new ArrayList<>(all.size());
    all.forEach(stream -> shown.add(stream(stream, lags.next(), now)));
    return shown;
  }

  private Map<String, Object> stream(ShownStream stream, double lag, long now) {
    StreamFigures.Snapshot figures = stream.figures().snapshot();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("handle", stream.handle());
    shown.put("id", stream.id());
    shown.put("fps", number(figures.fps()));
    shown.put("p50", number(figures.p50()));
    shown.put("p99", number(figures.p99()));
    shown.put("lag", number(lag));
    shown.put("skipped", figures.skipped());
    shown.put("dropped", number(figures.dropped()));
    shown.put("breaks", figures.breaks());
    shown.put("frames", figures.frames());
    shown.put("index", figures.newestIndex());
    shown.put("ended", figures.ended());
    shown.put("idle", (now - figures.lastMillis()) / 1e3);
    return shown;
  }

  private List<Object> figures() {
    List<Object> all = new ArrayList<>();
    for (Figure figure : system.all()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("name", figure.name());
      shown.put("label", figure.label());
      shown.put("unit", figure.unit());
      shown.put("value", number(figure.value()));
      shown.put("series", numbers(figure.series()));
      all.add(shown);
    }
    return all;
  }

  /**
   * A moment with the colours of all scales, as it is pushed.
   *
   * @param withPicture whether the small picture comes along, if there is one
   */
  byte[] moment(ShownStream stream, Moment moment, boolean withPicture) {
    Map<String, Object> shown = brief(moment);
    shown.put("stream", stream.handle());
    shown.put("grid", List.of(moment.patches().height(), moment.patches().width()));
    shown.put("channels", moment.patches().channels());
    shown.put("scales", moment.patches().scaleCount());
    shown.put(
        "map", stream.colours(moment.patches(), ChannelRange.ALL, moments.of(stream.handle())));
    byte[] jpeg = moment.picture();
    if (withPicture && jpeg != null) {
      shown.put("jpeg", jpeg);
    }
    return bytes(shown);
  }

  /**
   * The newest moments of these streams, by their handles; of those that have one.
   *
   * @param alone the one without its small picture
   */
  Map<Integer, byte[]> newest(Set<Integer> handles, int alone) {
    Map<Integer, byte[]> newest = new LinkedHashMap<>();
    for (int handle : handles) {
      ShownStream stream = streams.of(handle);
      Moment moment = stream == null ? null : moments.newest(handle);
      if (stream != null && moment != null) {
        newest.put(handle, moment(stream, moment, handle != alone));
      }
    }
    return newest;
  }

  private static Map<String, Object> brief(Moment moment) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("index", moment.index());
    shown.put("pts", moment.ptsMicros() / 1e6);
    shown.put("capture", moment.captureMicros() / 1e3);
    shown.put("latency", number(moment.latency()));
    shown.put("change", number(moment.change()));
    boolean hasSmall = moment.picture() != null;
    shown.put("picture", hasSmall);
    shown.put(
        "frame", hasSmall || moment.frames() != null); // can be asked for, if it is still there
    return shown;
  }

  /** All moments of a stream, oldest first, without their colours. */
  byte[] history(ShownStream stream) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("moments", moments.of(stream.handle()).stream().map(PageJson::brief).toList());
    return bytes(shown);
  }

  byte[] charts(ShownStream stream) {
    Map<String, Object> shown = new LinkedHashMap<>();
    stream.figures().charts().forEach((name, values) -> shown.put(name, numbers(values)));
    return bytes(shown);
  }

  byte[] letters() {
    List<Object> all = new ArrayList<>();
    for (DeadLetters.Letter letter : deadLetters.last()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("number", letter.number());
      shown.put("stream", letter.stream());
      shown.put("reason", letter.reason());
      shown.put("message", letter.message());
      shown.put("place", letter.place());
      shown.put("time", letter.timeMillis());
      shown.put("picture", letter.picture() != null);
      all.add(shown);
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("reasons", deadLetters.byReason());
    shown.put("letters", all);
    return bytes(shown);
  }

  /** Frames in the light of a patch. */
  Object found(List<Similarity.Found> found) {
    return found.stream().map(this::found).toList();
  }

  Map<String, Object> found(Similarity.Found found) {
    Map<String, Object> shown = brief(found.moment());
    shown.put("stream", found.stream());
    shown.put("grid", List.of(found.moment().patches().height(), found.moment().patches().width()));
    shown.put("best", found.best());
    shown.put("cosines", numbers(found.cosines()));
    return shown;
  }

  private static @Nullable Double number(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : null;
  }

  private static List<@Nullable Double> numbers(float[] values) {
    List<@Nullable Double> numbers = new ArrayList<>(values.length);
    for (float value : values) {
      numbers.add(number(value));
    }
    return numbers;
  }
}
