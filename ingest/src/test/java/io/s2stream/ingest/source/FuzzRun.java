package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.synthetic.SyntheticClip;

/**
 * Reads mutated clips, in a process of its own as a crash would end it. Arguments: folder, number
 * of clips, seed of the first. The file {@code at} always names the seed under way.
 */
final class FuzzRun {

  /** Exit status when a clip was not given up in time. */
  static final int HANG = 3;

  private static final long CANCEL_SECONDS = 20;
  private static final long HANG_SECONDS = 40;

  private static final String[][] BASES = {
    {"h264.mp4", "libopenh264", "yuv420p"},
    {"h264.ts", "libopenh264", "yuv420p"},
    {"h264.flv", "libopenh264", "yuv420p"},
    {"mpeg4.mp4", "mpeg4", "yuv420p"},
    {"vp9.webm", "libvpx-vp9", "yuv420p"},
    {"av1.mp4", "libsvtav1", "yuv420p10le"},
    {"mpeg2.ts", "mpeg2video", "yuv420p"},
    {"mjpeg.avi", "mjpeg", "yuvj420p"},
    {"ffv1.mkv", "ffv1", "yuv422p10le"},
    {"prores.mov", "prores_ks", "yuv422p10le"},
  };

  private FuzzRun() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int clips = Integer.parseInt(args[1]);
    long firstSeed = Long.parseLong(args[2]);
    byte[][] bases = new byte[BASES.length][];
    for (int i = 0; i < BASES.length; i++) {
      Path base = folder.resolve(BASES[i][0]);
      SyntheticClip.of(96, 64, 10, Duration.ofSeconds(1))
          .withEncoder(BASES[i][1], BASES[i][2])
          .write(base);
      bases[i] = Files.readAllBytes(base);
    }
    Map<String, Integer> ends = new TreeMap<>();
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "fuzz-clock");
              thread.setDaemon(true);
              return thread;
            });
    long start = System.nanoTime();
    double worst = 0;
    for (long seed = firstSeed; seed < firstSeed + clips; seed++) {
      int base = (int) Math.floorMod(seed, (long) BASES.length);
      Path file = folder.resolve("mutated-" + BASES[base][0]);
      Files.write(file, mutated(bases[base], new Random(seed)));
      Files.writeString(folder.resolve("at"), Long.toString(seed));
      long before = System.nanoTime();
      ends.merge(read(file, seed, clock), 1, Integer::sum);
      worst = Math.max(worst, (System.nanoTime() - before) / 1e9);
    }
    System.out.printf(
        "%d clips in %.1f s, the slowest %.2f s, peak memory %s; how they ended: %s%n",
        clips, (System.nanoTime() - start) / 1e9, worst, peakMemory(), ends);
  }

  private static String read(Path file, long seed, ScheduledExecutorService clock)
      throws Exception {
    List<SamplingMode> modes =
        List.of(
            new SamplingMode.All(),
            new SamplingMode.Keyframes(),
            new SamplingMode.Uniform(5),
            new SamplingMode.Fps(4));
    Sampling sampling =
        new Sampling(
            modes.get((int) Math.floorMod(seed / BASES.length, 4L)),
            seed % 3 == 0 && seed / BASES.length % 4 != 2 ? 1 : 0,
            Duration.ofSeconds(1));
    DecoderOptions d = DecoderOptions.DEFAULT;
    ReaderOptions options =
        ReaderOptions.of(new ImageSize(32, 32), sampling)
            .withDecoding(
                new DecoderOptions(
                    1,
                    d.hardware(),
                    1 << 20,
                    1 << 22,
                    Duration.ofSeconds(5),
                    seed % 2 == 0 ? Damage.SKIP : Damage.SHOW,
                    10))
            .withPictures(
                new PictureOptions(
                    Fit.values()[(int) (seed % 3)], UntaggedColour.AUTO, Hdr.TONEMAP, true));
    Cancellation cancellation = new Cancellation();
    ScheduledFuture<?> cancel =
        clock.schedule(cancellation::cancel, CANCEL_SECONDS, TimeUnit.SECONDS);
    ScheduledFuture<?> hang =
        clock.schedule(() -> Runtime.getRuntime().halt(HANG), HANG_SECONDS, TimeUnit.SECONDS);
    try (VideoReader reader =
        VideoReader.open(
            new SourceUri(file.toString()), options, ReaderEvents.NONE, cancellation)) {
      int frames = 0;
      while (reader.next() != null) {
        frames++;
      }
      return frames > 0 ? "frames" : "no frames";
    } catch (SourceException e) {
      return e.reason().toString();
    } finally {
      cancel.cancel(false);
      hang.cancel(false);
    }
  }

  private static byte[] mutated(byte[] base, Random random) {
    byte[] bytes = base.clone();
    int rounds = 1 + random.nextInt(6);
    for (int i = 0; i < rounds && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> extreme(bytes, at, random);
        case 3 -> extreme(bytes, random.nextInt(Math.min(bytes.length, 700)), random);
        case 4 -> bytes = joined(bytes, at, at + length);
        case 5 -> bytes = joined(bytes, at + length, at);
        default -> bytes = at > 16 ? Arrays.copyOf(bytes, at) : bytes;
      }
    }
    return bytes;
  }

  /** Puts a number where it hurts if it is a size, a count or an offset. */
  private static void extreme(byte[] bytes, int at, Random random) {
    int[] values = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 24, 0xffff, 1};
    int value = values[random.nextInt(values.length)];
    for (int i = 0; i < 4 && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >> (24 - 8 * i));
    }
  }

  /** The bytes up to {@code end}, then those from {@code start}: cuts a piece out or doubles it. */
  private static byte[] joined(byte[] bytes, int end, int start) {
    byte[] result = Arrays.copyOf(bytes, end + bytes.length - start);
    System.arraycopy(bytes, start, result, end, bytes.length - start);
    return result;
  }

  private static String peakMemory() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> line.substring(6).strip())
        .findFirst()
        .orElse("unknown");
  }
}
