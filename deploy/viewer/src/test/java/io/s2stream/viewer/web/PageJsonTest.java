package io.s2stream.viewer.web;

import java.time.Duration;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.viewer.features.Records;
import io.s2stream.viewer.figures.DeadLetters;
import io.s2stream.viewer.figures.SystemFigures;
import io.s2stream.viewer.moments.Moment;
import io.s2stream.viewer.moments.Moments;
import io.s2stream.viewer.moments.ShownStream;
import io.s2stream.viewer.moments.ShownStreams;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PageJsonTest {
  private final ShownStreams streams = new ShownStreams(1);
  private final Moments moments = new Moments(1 << 20, Duration.ofHours(1));
  private final PageJson json =
      new PageJson(streams, moments, new SystemFigures(), new DeadLetters(value -> null));

  private static Moment moment(long index, @Nullable Place frames) {
    return new Moment(
        index,
        0,
        0,
        0,
        0,
        0,
        "00",
        Records.features(1, 1, 1, new float[][] {{1}}),
        new Place(new TopicPartition("s2.features", 0), index, 0),
        frames);
  }

  /** The page asks for it itself, whether there was time for a small picture or not. */
  @Test
  void shouldSayOfWhichMomentsTheFrameCanBeAskedFor() throws Exception {
    ShownStream stream =
        Objects.requireNonNull(streams.of("cam", new TopicPartition("s2.features", 0)));
    moments.add(stream.handle(), moment(0, null));
    moments.add(stream.handle(), moment(1, new Place(new TopicPartition("s2.frames", 0), 1, 0)));
    moments.show(Objects.requireNonNull(moments.at(stream.handle(), 0)), new byte[1]);
    moments.add(stream.handle(), moment(2, null));

    JsonNode told = new ObjectMapper().readTree(json.history(stream)).path("moments");

    assertThat(told.findValuesAsText("picture")).containsExactly("true", "false", "false");
    assertThat(told.findValuesAsText("frame")).containsExactly("true", "true", "false");
  }
}
