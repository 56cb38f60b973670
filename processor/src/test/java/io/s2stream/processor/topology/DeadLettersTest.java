package io.s2stream.processor.topology;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.s2stream.processor.batch.FakeExtractor;
import io.s2stream.processor.batch.ForwardFailedException;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.UnreadableMessageException;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class DeadLettersTest extends TopologyFixture {

  @Test
  void shouldSendPoisonToTheDeadLettersAndGoOn() {
    // given
    byte[] garbage = "not a record".getBytes(StandardCharsets.UTF_8);
    FrameBatch wrongSize = batch("cam", 1, 1);
    wrongSize.setWidth(5);
    FrameBatch refusedSize = batchOfSize("cam", 2, FakeExtractor.REFUSED_WIDTH, 4, 9);
    FrameBatch tooMany = batch("cam", 3, 1, 2, 3);
    FrameBatch noFrames = new FrameBatch("cam", 4L, 4, 4, PixelEncoding.RGB24, List.of(), false);

    // when
    in.pipeInput("cam", garbage);
    send("cam", wrongSize);
    send("cam", refusedSize);
    send("cam", tooMany);
    send("cam", noFrames);
    in.pipeInput("cam", null);
    send("cam", batch("cam", 5, 55));
    List<TestRecord<String, FeatureRecord>> good = awaitFeatures(1);

    // then
    assertThat(good.get(0).value().getFirstFrameIndex()).isEqualTo(5);
    List<TestRecord<String, byte[]>> dead = deadLetters.readRecordsToList();
    assertThat(dead)
        .extracting(record -> header(record, DeadLetterHeaders.REASON))
        .containsExactly(
            "wrong-magic",
            "size-mismatch",
            "unsupported-size",
            "too-large",
            "no-frames",
            "no-value");
    assertThat(dead.get(0).value()).isEqualTo(garbage);
    assertThat(dead.get(0).key()).isEqualTo("cam");
    assertThat(header(dead.get(3), DeadLetterHeaders.TOPIC)).isEqualTo("in");
    assertThat(header(dead.get(3), DeadLetterHeaders.PARTITION)).isEqualTo("0");
    assertThat(header(dead.get(3), DeadLetterHeaders.OFFSET)).isEqualTo("3");
    assertThat(header(dead.get(3), DeadLetterHeaders.MESSAGE)).contains("3 frames", "allows 2");
    assertThat(header(dead.get(3), DeadLetterHeaders.PROCESSOR_VERSION)).isEqualTo("1.2.3");
  }

  @Test
  void shouldKeepEveryHeaderAsItCameAndAddOurs() {
    // given a record that has gone through here before
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", new byte[] {0, -1, 127}).add("trace", null).add("empty", new byte[0]);
    headers.add(DeadLetterHeaders.REASON, "earlier".getBytes(StandardCharsets.UTF_8));
    Header[] original = headers.toArray();

    // when
    in.pipeInput(new TestRecord<>("cam-7", new byte[] {1}, headers, 1_234L));

    // then
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(Arrays.copyOf(dead.headers().toArray(), original.length)).isEqualTo(original);
    assertThat(header(dead, DeadLetterHeaders.REASON)).isEqualTo("wrong-magic");
    assertThat(header(dead, DeadLetterHeaders.STREAM)).isEqualTo("cam-7");
    assertThat(header(dead, DeadLetterHeaders.EXCEPTION))
        .isEqualTo(UnreadableMessageException.class.getName());
    assertThat(dead.timestamp()).isEqualTo(1_234L);
    assertThat(dead.headers().lastHeader(DeadLetterHeaders.OMITTED_BYTES)).isNull();
  }

  @Test
  void shouldLeaveTheValueOutWhenTheDeadLetterCouldNotBeSent() {
    // when
    in.pipeInput("cam", new byte[MAX_MESSAGE_BYTES]);

    // then
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(dead.value()).isNull();
    assertThat(header(dead, DeadLetterHeaders.OMITTED_BYTES)).isEqualTo("100000");
    assertThat(header(dead, DeadLetterHeaders.OFFSET)).isEqualTo("0");
  }

  @Test
  void shouldBlameOneFrameOnWhichTheTowerFails() {
    // given
    extractor.failOn(frame -> FakeExtractor.firstByte(frame) == 66);

    // when
    send("cam", batch("cam", 0, 1));
    send("cam", batch("cam", 1, 66));
    send("cam", batch("cam", 2, 3));

    // then
    assertThat(awaitFeatures(2))
        .extracting(record -> record.value().getFirstFrameIndex())
        .containsExactly(0L, 2L);
    assertThat(header(deadLetters.readRecord(), DeadLetterHeaders.REASON)).isEqualTo("tower-error");
  }

  @Test
  void shouldFailTheTaskWhenTheDeviceIsInTrouble() {
    // given
    extractor.failOn(frame -> true);

    // then
    assertThatThrownBy(
            () -> {
              send("cam", batch("cam", 0, 1));
              awaitFeatures(1);
            })
        .isInstanceOf(StreamsException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining(ForwardFailedException.class.getSimpleName());
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void shouldRefuseFeaturesThatTheirFramesHeadersMakeTooLarge() {
    // when
    in.pipeInput(
        new TestRecord<>(
            "cam",
            bytes(batch("cam", 0, 1)),
            new RecordHeaders().add("note", new byte[MAX_MESSAGE_BYTES]),
            Instant.ofEpochMilli(1)));
    send("cam", batch("cam", 1, 2));

    // then
    assertThat(awaitFeatures(1).get(0).value().getFirstFrameIndex()).isEqualTo(1);
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(header(dead, DeadLetterHeaders.REASON)).isEqualTo("too-large");
    assertThat(header(dead, DeadLetterHeaders.OMITTED_HEADERS)).isEqualTo("1");
    assertThat(dead.headers().lastHeader("note")).isNull();
    assertThat(dead.key()).isEqualTo("cam");
  }

  @Test
  void shouldLeaveAKeyOutThatIsTooLargeForAnyMessage() {
    // when
    in.pipeInput("c".repeat(MAX_MESSAGE_BYTES), new byte[] {1, 2, 3});

    // then
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(dead.key()).isNull();
    assertThat(header(dead, DeadLetterHeaders.OMITTED_KEY_BYTES)).isEqualTo("100000");
    assertThat(header(dead, DeadLetterHeaders.STREAM)).startsWith("ccc").hasSizeLessThan(300);
  }
}
