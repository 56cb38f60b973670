package io.s2stream.ingest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.ingest.Streams.config;
import static io.s2stream.ingest.Streams.patiently;
import static io.s2stream.ingest.Streams.stream;
import static org.assertj.core.api.Assertions.assertThat;

/** Files that are missing, damaged or refused by the broker, and what is told of them. */
class StreamFailureTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<String, Object> producer = new FramesProducer(true);
  private Path clip;

  @BeforeEach
  void makeClip() {
    clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2)).write(clip);
  }

  @Test
  void shouldEndWithItsMarkAndSaySoWhenAFileIsTruncated() throws Exception {
    Path whole = folder.resolve("whole.mkv");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(4)).write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(bytes, bytes.length / 2));

    try (IngestApp app = IngestApp.start(config(stream("cam", cut)), meters, producer, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      StreamStatus status = app.streams().get(0);
      assertThat(status.state()).isEqualTo(State.FINISHED);
      assertThat(status.endedEarly()).isTrue();
      assertThat(batchesOf("cam")).last().matches(FrameBatch::getEndOfStream);
      assertThat(batchesOf("cam").get(batchesOf("cam").size() - 1).getFirstFrameIndex())
          .isEqualTo(status.framesSampled())
          .isBetween(5L, 15L);
    }
  }

  @Test
  void shouldFailWithoutAnEndMarkWhenNothingCanBeDecoded() throws Exception {
    byte[] bytes = Files.readAllBytes(clip);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Arrays.fill(bytes, text.indexOf("mdat") + 4, text.indexOf("moov") - 4, (byte) 0xa5);
    Path garbage = Files.write(folder.resolve("garbage.mp4"), bytes);

    try (IngestApp app = IngestApp.start(config(stream("cam", garbage)), meters, producer, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      StreamStatus status = app.streams().get(0);
      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.decodeErrors()).isPositive();
      assertThat(status.error()).contains("no picture could be decoded");
    }
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void shouldFinishOtherStreamsWhenOneFails() throws Exception {
    IngestConfig config =
        config(stream("missing", folder.resolve("nothing.mp4")), stream("good", clip));

    try (IngestApp app = IngestApp.start(config, meters, producer, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams())
          .extracting(StreamStatus::state)
          .containsExactly(State.FAILED, State.FINISHED);
      assertThat(app.streams().get(0).progress()).isZero();
      assertThat(app.streams().get(0).error()).startsWith("no such file:").contains("nothing.mp4");
    }
    assertThat(batchesOf("missing")).isEmpty();
    assertThat(batchesOf("good")).hasSize(4);
  }

  @Test
  void shouldFailWithoutAnEndMarkWhenASendFails() throws Exception {
    // given a broker that acknowledges the first record and refuses the second
    MockProducer<String, Object> failing = new FramesProducer(false);

    try (IngestApp app = IngestApp.start(config(stream("cam", clip)), meters, failing, null)) {
      patiently().until(() -> failing.history().size() == 3);
      failing.completeNext();
      failing.errorNext(new TimeoutException("120000 ms has passed"));
      failing.completeNext();
      assertThat(app.awaitFinished(LONG)).isTrue();

      // then
      StreamStatus status = app.streams().get(0);
      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.error())
          .isEqualTo(
              "frames 4 to 7 of stream cam could not be sent to topic s2.frames: 120000 ms has"
                  + " passed");
      assertThat(status.framesAcknowledged()).isEqualTo(6);
    }
    assertThat(failing.history())
        .noneMatch(record -> ((FrameBatch) record.value()).getEndOfStream());
  }

  @Test
  void shouldSendNothingMoreWhenTheProducerRefusesARecord() throws Exception {
    MockProducer<String, Object> refusing = new FramesProducer(true);
    refusing.sendException = new RecordTooLargeException("too large");

    try (IngestApp app = IngestApp.start(config(stream("cam", clip)), meters, refusing, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams().get(0).state()).isEqualTo(State.FAILED);
      assertThat(app.streams().get(0).error()).contains("frames 0 to 3").endsWith("too large");
    }
    assertThat(refusing.history()).isEmpty();
  }

  @Test
  void shouldTellTheFirstFailureTooWhenPublishingTheRestFails() throws Exception {
    // given a source that breaks off while frames wait for a full record, and a refusing producer
    MockProducer<String, Object> refusing = new FramesProducer(true);
    refusing.sendException = new RecordTooLargeException("too large");
    Path file = folder.resolve("broken.y4m");
    Files.writeString(
        file,
        "YUV4MPEG2 W16 H16 F5:1 C420jpeg\n"
            + ("FRAME\n" + "x".repeat(16 * 16 * 3 / 2)).repeat(2)
            + "bad\n".repeat(1000));

    try (IngestApp app = IngestApp.start(config(stream("cam", file)), meters, refusing, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams().get(0).error())
          .contains("frames 0 to 1 of stream cam could not be sent", "too large")
          .contains("before that: reading " + file + " failed");
    }
  }

  private List<FrameBatch> batchesOf(String id) {
    return Streams.batches(producer, id);
  }
}
