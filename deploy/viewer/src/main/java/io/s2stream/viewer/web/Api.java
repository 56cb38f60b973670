package io.s2stream.viewer.web;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.registry.RegistryException;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.viewer.features.ChannelRange;
import io.s2stream.viewer.figures.DeadLetters;
import io.s2stream.viewer.moments.Moment;
import io.s2stream.viewer.moments.Moments;
import io.s2stream.viewer.moments.PictureQueue;
import io.s2stream.viewer.moments.ShownStream;
import io.s2stream.viewer.moments.ShownStreams;
import io.s2stream.viewer.moments.Similarity;
import io.s2stream.viewer.subscribe.MessageReader;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** What the page can ask for; all of it only reads. Thread-safe. */
public final class Api {
  private static final int MAX_FRAMES = 64;

  private final ShownStreams streams;
  private final Moments moments;
  private final PageJson json;
  private final DeadLetters deadLetters;
  private final PictureQueue pictures;
  private final MessageReader reader;
  private final S2AvroDeserializer<FeatureRecord> records;

  /**
   * @param reader of single messages; the caller's
   */
  public Api(
      ShownStreams streams,
      Moments moments,
      PageJson json,
      DeadLetters deadLetters,
      PictureQueue pictures,
      MessageReader reader,
      S2AvroDeserializer<FeatureRecord> records) {
    this.streams = streams;
    this.moments = moments;
    this.json = json;
    this.deadLetters = deadLetters;
    this.pictures = pictures;
    this.reader = reader;
    this.records = records;
  }

  PageJson json() {
    return json;
  }

  /** Notes that somebody looks at these streams. */
  void lookedAt(Set<Integer> handles) {
    for (int handle : handles) {
      ShownStream stream = streams.of(handle);
      if (stream != null) {
        pictures.makeUpFor(stream);
      }
    }
  }

  /**
   * Answers.
   *
   * @param name the path behind {@code /api/}
   * @throws IllegalArgumentException if a parameter is wrong
   */
  Answer answer(String name, Query query) {
    return switch (name) {
      case "state" -> json(json.state());
      case "letters" -> json(json.letters());
      case "letter.jpg" -> letter(query.longNumber("number"));
      case "history" -> ofStream(query, stream -> json(json.history(stream)));
      case "charts" -> ofStream(query, stream -> json(json.charts(stream)));
      case "moment" ->
          ofMoment(query, (stream, moment) -> json(json.moment(stream, moment, false)));
      case "small.jpg" -> ofMoment(query, (stream, moment) -> jpeg(moment.picture()));
      case "frame.jpg" ->
          ofMoment(
              query,
              (stream, moment) -> named(query, stream, moment, ".jpg", exactPicture(moment)));
      case "features.npy" ->
          ofMoment(
              query,
              (stream, moment) -> named(query, stream, moment, ".npy", exactFeatures(moment)));
      case "map" -> ofMoment(query, (stream, moment) -> map(query, stream, moment));
      case "similar" -> ofMoment(query, (stream, moment) -> similar(query, stream, moment));
      default -> Answer.notFound();
    };
  }

  private interface OfStream {
    Answer answer(ShownStream stream);
  }

  private interface OfMoment {
    Answer answer(ShownStream stream, Moment moment);
  }

  private Answer ofStream(Query query, OfStream then) {
    ShownStream stream = streams.of(query.number("stream"));
    return stream == null ? Answer.notFound() : then.answer(stream);
  }

  private Answer ofMoment(Query query, OfMoment then) {
    return ofStream(
        query,
        stream -> {
          Moment moment =
              query.has("index")
                  ? moments.at(stream.handle(), query.longNumber("index"))
                  : moments.newest(stream.handle());
          return moment == null ? Answer.notFound() : then.answer(stream, moment);
        });
  }

  private static Answer json(byte[] text) {
    return Answer.of(Answer.JSON, text);
  }

  private static Answer jpeg(byte @Nullable [] body) {
    return body == null ? Answer.notFound() : Answer.of(Answer.JPEG, body).asImmutable();
  }

  private static Answer named(
      Query query, ShownStream stream, Moment moment, String ending, Answer answer) {
    return query.has("download") && answer.status() == 200
        ? answer.asFile(stream.id() + "-" + moment.index() + ending)
        : answer;
  }

  /** As large as the frame is, read again; if it is gone, the small one. */
  private Answer exactPicture(Moment moment) {
    byte[] exact = pictures.picture(moment, Integer.MAX_VALUE);
    return jpeg(exact == null ? moment.picture() : exact);
  }

  private Answer exactFeatures(Moment moment) {
    Place place = moment.features();
    ByteBuffer message = reader.value(place.partition(), place.offset());
    if (message == null) {
      return Answer.notFound();
    }
    try {
      FeatureRecord record = records.deserialize(place.partition().topic(), message);
      boolean isThat =
          record.getFrames().stream()
              .anyMatch(frame -> moment.isOf(frame.getIndex(), frame.getCaptureTimeMicros()));
      return isThat
          ? Answer.of(Answer.BYTES, NumpyArray.of(record, place.frame()))
          : Answer.notFound();
    } catch (SerializationException | RegistryException e) {
      return Answer.notFound();
    }
  }

  private Answer map(Query query, ShownStream stream, Moment moment) {
    int scale = query.number("scale", ChannelRange.ALL);
    return Answer.of(
        Answer.BYTES, stream.colours(moment.patches(), scale, moments.of(stream.handle())));
  }

  /** In the frame; with {@code frames=N} in the last N as well, with {@code others} elsewhere. */
  private Answer similar(Query query, ShownStream stream, Moment moment) {
    Similarity similarity =
        new Similarity(moment, query.number("patch"), query.number("scale", ChannelRange.ALL));
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("frame", json.found(similarity.in(stream.handle(), moment)));
    int count = Math.min(MAX_FRAMES, query.number("frames", 0));
    if (count > 0) {
      List<Moment> all = moments.of(stream.handle());
      List<Moment> before = all.stream().filter(m -> m.index() < moment.index()).toList();
      List<Moment> last = before.subList(Math.max(0, before.size() - count), before.size());
      shown.put("frames", json.found(similarity.in(stream.handle(), last)));
    }
    if (query.has("others")) {
      shown.put("others", json.found(similarity.elsewhere(moments.newest(), stream.handle())));
    }
    return json(json.bytes(shown));
  }

  private Answer letter(long number) {
    return deadLetters.last().stream()
        .filter(letter -> letter.number() == number)
        .findFirst()
        .map(letter -> jpeg(letter.picture()))
        .orElseGet(Answer::notFound);
  }
}
