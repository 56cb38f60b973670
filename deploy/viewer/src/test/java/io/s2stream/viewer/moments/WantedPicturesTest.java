package io.s2stream.viewer.moments;

import java.time.Duration;
import java.util.Objects;

import io.s2stream.viewer.moments.WantedPictures.Wanted;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class WantedPicturesTest {
  private static final TopicPartition FRAMES = new TopicPartition("s2.frames", 0);

  private final ShownStreams streams = new ShownStreams(10);
  private final ShownStream door = stream("door");
  private final ShownStream yard = stream("yard");
  private final Moments moments = new Moments(1 << 20, Duration.ofHours(1));
  private final WantedPictures pictures = new WantedPictures(2, moments);

  private ShownStream stream(String id) {
    return Objects.requireNonNull(streams.of(id, FRAMES));
  }

  private boolean offer(ShownStream stream, long index) {
    Moment moment = MomentsTest.moment(index, index, new Place(FRAMES, index, 0));
    moments.add(stream.handle(), moment);
    return pictures.offer(stream, moment);
  }

  private String next() throws InterruptedException {
    Wanted next = pictures.take();
    return next.stream().id() + " " + next.moment().index();
  }

  @Test
  void shouldMakeUpForTheNewestOfEachStreamAfterABurst() throws Exception {
    assertThat(offer(door, 0)).isTrue();
    assertThat(offer(door, 1)).isTrue();
    for (long index = 2; index < 9; index++) {
      assertThat(offer(door, index)).isFalse();
      assertThat(offer(yard, index)).isFalse();
    }

    assertThat(next()).isEqualTo("door 0");
    assertThat(next()).isEqualTo("door 1");
    assertThat(next()).isEqualTo("door 8");
    assertThat(next()).isEqualTo("yard 8");
  }

  @Test
  void shouldMakeUpOnlyForWhatHasNoPicture() throws Exception {
    offer(door, 0);
    moments.show(pictures.take().moment(), new byte[1]);
    offer(yard, 0);
    pictures.take(); // its frame could not be read

    pictures.makeUpFor(door);
    pictures.makeUpFor(yard);
    offer(stream("gate"), 0);

    assertThat(next()).isEqualTo("gate 0");
    assertThat(next()).isEqualTo("yard 0");
  }
}
