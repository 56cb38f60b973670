package io.s2stream.viewer.moments;

import java.time.Duration;

import io.s2stream.viewer.features.PatchFeatures;
import io.s2stream.viewer.features.Records;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MomentsTest {
  private static final PatchFeatures FEATURES =
      Records.features(1, 2, 1, new float[][] {{1, 2}, {2, 1}});

  private static Moment moment(long index, long millis) {
    return moment(index, millis, null);
  }

  /**
   * @param frames where its frame lies
   */
  static Moment moment(long index, long millis, @Nullable Place frames) {
    return new Moment(
        index,
        index * 1_000,
        millis * 1_000,
        millis,
        0,
        0,
        "00ff",
        FEATURES,
        new Place(new TopicPartition("s2.features", 0), index, 0),
        frames);
  }

  @Test
  void shouldDropTheOldestWhoseverItIsWhenTheMemoryIsFull() {
    long room = 10 * moment(0, 0).bytes();
    Moments moments = new Moments(room, Duration.ofHours(1));

    for (int i = 0; i < 100; i++) {
      moments.add(i % 2, moment(i, i));
      assertThat(moments.bytes()).isLessThanOrEqualTo(room);
    }

    assertThat(moments.of(0)).extracting(Moment::index).containsExactly(90L, 92L, 94L, 96L, 98L);
    assertThat(moments.at(1, 99)).isNotNull();
    assertThat(moments.at(1, 1)).isNull();
  }

  @Test
  void shouldCountPicturesThatComeLater() {
    Moments moments = new Moments(100_000, Duration.ofHours(1));
    for (int i = 0; i < 3; i++) {
      moments.add(0, moment(i, i));
    }
    long before = moments.bytes();

    moments.show(moments.of(0).get(2), new byte[Moments.PICTURE_BYTES + 40_000]);

    assertThat(moments.of(0)).hasSize(3);
    assertThat(moments.bytes()).isEqualTo(before + 40_000);

    Moment oldest = moments.of(0).get(0);
    moments.show(moments.of(0).get(1), new byte[40_000]);

    assertThat(moments.of(0)).extracting(Moment::index).containsExactly(1L, 2L);
    assertThat(moments.bytes()).isLessThanOrEqualTo(100_000);

    long held = moments.bytes();
    moments.show(oldest, new byte[40_000]); // too late
    assertThat(moments.bytes()).isEqualTo(held);
  }

  @Test
  void shouldForgetWhatIsOldButTheNewestOfAStream() {
    Moments moments = new Moments(1 << 20, Duration.ofSeconds(10));
    moments.add(0, moment(1, 1_000));
    moments.add(1, moment(1, 1_000));
    moments.add(1, moment(2, 2_000));

    moments.add(1, moment(3, 60_000));

    assertThat(moments.of(0)).hasSize(1);
    assertThat(moments.of(1)).extracting(Moment::index).containsExactly(3L);
    assertThat(moments.newest().keySet()).containsExactlyInAnyOrder(0, 1);
  }
}
