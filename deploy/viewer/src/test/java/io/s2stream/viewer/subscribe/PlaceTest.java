package io.s2stream.viewer.subscribe;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlaceTest {
  @Test
  void shouldReadThePlaceOfTopicsWithHyphens() {
    assertThat(Place.parse("my-frames-3@1789", 2))
        .isEqualTo(new Place(new TopicPartition("my-frames", 3), 1789, 2));
  }

  @Test
  void shouldFindNoPlaceInOtherTexts() {
    for (String text : new String[] {"", "@", "-@1", "frames-3", "frames@3", "a-b@c", "a-1@"}) {
      assertThat(Place.parse(text, 0)).as(text).isNull();
    }
  }
}
