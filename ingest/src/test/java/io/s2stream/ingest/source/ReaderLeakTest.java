package io.s2stream.ingest.source;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.s2stream.ingest.encode.JpegEncoder;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Native memory is freed by the scopes that made it, not by the garbage collector. */
class ReaderLeakTest {

  private static final int ROUNDS = 200;
  private static final long MAX_GROWTH_KIB = 40 << 10;
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir private Path folder;

  @Test
  void shouldNotGrowWhenFilesAreOpenedReadAndClosed() throws Exception {
    Assumptions.assumeTrue(Files.exists(STATUS), "needs /proc to see the process's memory");
    // given: a decoded picture alone has 350 kB, so that 200 lost ones show
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(640, 360, 10, Duration.ofMillis(300)).withRotation(90).write(file);
    Path notMedia = Files.writeString(folder.resolve("text.mp4"), "text ".repeat(1000));
    for (int i = 0; i < 20; i++) {
      readEncodeAndRefuse(file, notMedia);
    }
    long before = residentKib();

    for (int i = 0; i < ROUNDS; i++) {
      readEncodeAndRefuse(file, notMedia);
    }

    assertThat(residentKib() - before).as("growth in KiB").isLessThan(MAX_GROWTH_KIB);
  }

  /**
   * What is too small to show in the process's memory: every libav object is freed by its owner.
   */
  @Test
  void shouldFreeEveryNativeObjectWhenClosed() throws Exception {
    // given more than is decoded ahead
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(2)).write(file);
    ImageSize size = new ImageSize(16, 16);
    Map<?, ?> guards = (Map<?, ?>) field(InterruptGuard.class, "GUARDS").get(null);
    int guardsBefore = guards.size();
    VideoReader reader =
        VideoReader.open(new SourceUri(file.toString()), ReaderOptions.of(size, 10));
    JpegEncoder encoder = new JpegEncoder(size, 2);
    encoder.encode(Objects.requireNonNull(reader.next()));
    List<Pointer> owned = new ArrayList<>();
    collect(reader, owned);
    collect(encoder, owned);
    // reader: demuxer, packet, 2 frames, 4 decoded ahead; decoder: itself, packet, frame;
    // converter: 2 results, graph; encoder: itself, packet, frame, graph
    assertThat(owned).hasSize(18).noneMatch(pointer -> pointer.isNull());
    assertThat(guards).hasSize(guardsBefore + 1);

    reader.close();
    encoder.close();

    assertThat(owned).allMatch(pointer -> pointer.isNull());
    assertThat(guards).hasSize(guardsBefore);
  }

  private static void collect(Object owner, List<Pointer> pointers) throws Exception {
    for (Field each : owner.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(each.getModifiers())) {
        continue;
      }
      Object value = field(owner.getClass(), each.getName()).get(owner);
      for (Object one : value instanceof List<?> list ? list : Arrays.asList(value)) {
        if (one instanceof AVFrame
            || one instanceof AVPacket
            || one instanceof AVCodecContext
            || one instanceof AVFormatContext
            || one instanceof AVFilterGraph) {
          pointers.add((Pointer) one);
        } else if (one instanceof AutoCloseable && !(one instanceof Pointer)) {
          collect(one, pointers);
        }
      }
    }
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private static void readEncodeAndRefuse(Path file, Path notMedia) throws Exception {
    // half of the readers are closed in the middle
    ImageSize size = new ImageSize(64, 64);
    SourceUri uri = new SourceUri(file.toString());
    try (VideoReader reader = VideoReader.open(uri, ReaderOptions.of(size, 10));
        JpegEncoder jpeg = new JpegEncoder(size, 2)) {
      VideoFrame first = Objects.requireNonNull(reader.next());
      assertThat(jpeg.encode(first).remaining()).isPositive();
    }
    assertThat(Frames.read(file, ReaderOptions.of(size, 10))).hasSize(3);
    try {
      Frames.read(notMedia, ReaderOptions.of(size, 10));
    } catch (SourceException e) {
      assertThat(e.reason()).isEqualTo(SourceException.Reason.NOT_MEDIA);
    }
  }

  private static long residentKib() throws Exception {
    List<String> lines = Files.readAllLines(STATUS);
    String line = lines.stream().filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }
}
