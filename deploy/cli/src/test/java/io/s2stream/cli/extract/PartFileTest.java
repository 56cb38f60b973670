package io.s2stream.cli.extract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.s2stream.cli.refusal.RefusedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PartFileTest {
  private static final PartHeader HEADER = new PartHeader(Map.of("video", "a.mp4", "fps", "2"));
  private static final int FEATURE_BYTES = 6;
  private static final int RECORD = FEATURE_BYTES + PartFile.RECORD_OVERHEAD;
  private static final int BATCH = 2;

  @TempDir private Path dir;
  private Path file;

  @BeforeEach
  void name() {
    file = PartFile.of(dir.resolve("x.npz"));
  }

  private PartFile open() throws Exception {
    return PartFile.open(file, HEADER, FEATURE_BYTES, BATCH, false);
  }

  /** Appends frames whose features are their own number. */
  private static void append(PartFile part, int count) throws IOException {
    ByteBuffer records = part.records(count);
    List<Long> pts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      part.slot(records, i).put(features(part.entries() + i));
      pts.add(1000 * (part.entries() + i));
    }
    part.append(records, pts);
  }

  private static byte[] features(long frame) {
    return new byte[] {(byte) frame, 1, 2, 3, 4, 5};
  }

  private static void assertHolds(PartFile part, int frames) throws IOException {
    assertThat(part.entries()).isEqualTo(frames);
    for (int i = 0; i < frames; i++) {
      byte[] features = new byte[FEATURE_BYTES];
      part.readFeatures(i, ByteBuffer.wrap(features));
      assertThat(features).isEqualTo(features(i));
      assertThat(part.ptsMicros(i)).isEqualTo(1000L * i);
    }
  }

  @Test
  void shouldKeepWhatWasAppended() throws Exception {
    try (PartFile part = open()) {
      append(part, 2);
      append(part, 2);
      assertHolds(part, 4);
    }
    try (PartFile part = open()) {
      assertHolds(part, 4);
      append(part, 1);
      assertHolds(part, 5);
      part.delete();
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void shouldForgetAForwardThatIsNotWholeWhenCutOffAnywhere() throws Exception {
    long whole;
    try (PartFile part = open()) {
      append(part, 2);
      append(part, 2);
      whole = Files.size(file);
    }
    byte[] bytes = Files.readAllBytes(file);
    for (int cut = 1; cut < 4 * RECORD; cut++) {
      Files.write(file, Arrays.copyOf(bytes, (int) whole - cut));
      try (PartFile part = open()) {
        assertHolds(part, cut <= 2 * RECORD ? 2 : 0);
      }
    }
  }

  @Test
  void shouldForgetWhatFollowsADamagedRecord() throws Exception {
    try (PartFile part = open()) {
      append(part, 2);
      append(part, 2);
      append(part, 2);
    }
    long third = Files.size(file) - 4L * RECORD + 18;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {99}), third);
    }

    try (PartFile part = open()) {
      assertHolds(part, 2);
    }
  }

  @Test
  void shouldBeginAnewWhenItsHeaderWasNeverWhole() throws Exception {
    open().close();
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      try (PartFile part = open()) {
        assertThat(part.entries()).isZero();
      }
      assertThat(file).hasBinaryContent(bytes);
    }
  }

  @Test
  void shouldRefuseToMixRuns() throws Exception {
    try (PartFile part = open()) {
      append(part, 2);
    }
    PartHeader other = new PartHeader(Map.of("video", "a.mp4", "fps", "4"));

    assertThatThrownBy(() -> PartFile.open(file, other, FEATURE_BYTES, BATCH, false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(file.toString(), "fps was '2', now is '4'", "--restart")
        .hasMessageNotContaining("video was");
    try (PartFile part = PartFile.open(file, other, FEATURE_BYTES, BATCH, true)) {
      assertThat(part.entries()).isZero();
    }
  }

  @Test
  void shouldNotTouchAFileOfSomethingElse() throws Exception {
    Files.writeString(file, "my only copy of something");

    assertThatThrownBy(this::open).isInstanceOf(RefusedException.class);

    assertThat(file).hasContent("my only copy of something");
  }

  @Test
  void shouldRefuseASecondRunAtTheSameTime() throws Exception {
    try (PartFile part = open()) {
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
      assertThat(part.entries()).isZero();
    }
  }
}
