package io.s2stream.cli;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** {@code s2 extract}: one run, runs that are killed and stopped, other readers of the output. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtractIT {
  private static final int FRAMES = 40;
  private static final int FRAMES_PER_FORWARD = 8;
  private static final int FRAME_BYTES = 196 * 384 * 2;

  @TempDir private static Path dir;
  private Path clip;
  private Path whole;

  @BeforeAll
  void extractInOneRun() throws Exception {
    clip = dir.resolve("my clip.mp4");
    SyntheticClip.of(320, 240, 8, Duration.ofSeconds(FRAMES / 4)).write(clip);
    whole = dir.resolve("whole.npz");

    S2Process run = S2Process.run(dir, arguments(whole).toArray(String[]::new));

    assertThat(run.exitCode()).as("%s", run).isZero();
    assertThat(run.out())
        .contains("100 %  40 frames")
        .contains("features [40, 196, 384] float16")
        .contains("80 frames decoded");
    assertThat(dir.resolve("whole.npz.part")).doesNotExist();
  }

  private List<String> arguments(Path output) {
    return List.of(
        "extract",
        clip.toString(),
        "--model",
        Distribution.demoTower().toString(),
        "--fps",
        "4",
        "--threads",
        "1",
        "-o",
        output.toString());
  }

  @Test
  void shouldGiveTheSameFileWhenKilledAndStoppedOnTheWay() throws Exception {
    // given a run killed with SIGKILL
    Path output = dir.resolve("resumed.npz");
    Process killed = startAndWaitFor(FRAMES_PER_FORWARD * FRAME_BYTES, arguments(output));
    killed.destroyForcibly().waitFor();
    assertThat(output).doesNotExist();

    // and one with other options, which must not be mixed with it
    List<String> other = new ArrayList<>(arguments(output));
    other.set(other.indexOf("4"), "2");
    S2Process.run(dir, other.toArray(String[]::new))
        .assertRefused(2, "resumed.npz.part", "fps was '4.0', now is '2.0'", "--restart");

    // and one stopped with SIGTERM
    Process stopped = startAndWaitFor(3 * FRAMES_PER_FORWARD * FRAME_BYTES, arguments(output));
    stopped.destroy();
    assertThat(stopped.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(stopped.exitValue()).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("extract.log")))
        .contains("stopped after ", "run the same command again to go on");
    assertThat(output).doesNotExist();

    // when
    S2Process last = S2Process.run(dir, arguments(output).toArray(String[]::new));

    // then
    assertThat(last.exitCode()).as("%s", last).isZero();
    assertThat(last.out()).containsPattern("going on after (24|32) frames of an earlier run");
    assertThat(output).hasSameBinaryContentAs(whole);
    assertThat(dir.resolve("resumed.npz.part")).doesNotExist();
  }

  /** Starts a run and returns it when its part file has that many bytes. */
  private Process startAndWaitFor(long bytes, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Distribution.s2().toString()));
    command.addAll(arguments);
    Path output = Path.of(arguments.get(arguments.indexOf("-o") + 1));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("extract.log").toFile())
            .start();
    Path part = output.resolveSibling(output.getFileName() + ".part");
    while (!Files.exists(part) || Files.size(part) < bytes) {
      assertThat(process.isAlive()).as(Files.readString(dir.resolve("extract.log"))).isTrue();
      Thread.sleep(10);
    }
    return process;
  }

  @Test
  void shouldGiveTheMeansOfFramesAndTokensWhenPoolingAlsoInTwoRuns() throws Exception {
    // given a run that was killed
    Path output = dir.resolve("pooled.npz");
    List<String> arguments = new ArrayList<>(arguments(output));
    arguments.addAll(List.of("--pool", "3,2,2"));
    Process killed = startAndWaitFor(4 * FRAME_BYTES / 4, arguments);
    killed.destroyForcibly().waitFor();

    // when
    S2Process rest = S2Process.run(dir, arguments.toArray(String[]::new));

    // then
    assertThat(rest.exitCode()).as("%s", rest).isZero();
    assertThat(rest.out()).contains("frames of an earlier run", "100 %  40 frames");
    try (NDManager manager = NDManager.newBaseManager();
        InputStream in = Files.newInputStream(output);
        InputStream unpooled = Files.newInputStream(whole)) {
      NDList arrays = NDList.decode(manager, in);
      NDList all = NDList.decode(manager, unpooled);
      NDArray pooled = arrays.get("features").toType(DataType.FLOAT32, false);
      NDArray means =
          all.get("features")
              .toType(DataType.FLOAT32, false)
              .reshape(FRAMES, 7, 2, 7, 2, 384)
              .mean(new int[] {2})
              .mean(new int[] {3})
              .reshape(FRAMES, 49, 384);
      assertThat(pooled.getShape().getShape()).containsExactly(14, 49, 384);
      for (int i = 0; i < 14; i++) {
        NDArray expected = means.get(3 * i + ":" + Math.min(3 * i + 3, FRAMES)).mean(new int[] {0});
        assertThat(pooled.get(i).sub(expected).abs().max().getFloat())
            .as("entry %d", i)
            .isLessThan(0.01f);
        assertThat(arrays.get("index").getLong(i)).isEqualTo(3 * i);
        assertThat(arrays.get("pts_micros").getLong(i))
            .isEqualTo(all.get("pts_micros").getLong(3 * i));
      }
    }
  }

  @Test
  void shouldHoldWhatTheServicesCompute() throws Exception {
    S2Config s2 = ConfigParser.parse("{}", "test", S2Config.class, Map.of());
    TowerConfig tower = new TowerConfig(Distribution.demoTower(), "cpu", 1);
    try (S2FeatureExtractor extractor = S2FeatureExtractor.load(tower, s2, TensorType.FLOAT16);
        VideoReader reader =
            VideoReader.open(
                new SourceUri(clip.toString()), ReaderOptions.of(new ImageSize(448, 448), 4));
        NDManager manager = NDManager.newBaseManager();
        InputStream in = Files.newInputStream(whole)) {
      NDList arrays = NDList.decode(manager, in);
      NDArray features = arrays.get("features");
      assertThat(features.getShape().getShape()).containsExactly(FRAMES, 196, 384);
      assertThat(features.getDataType()).isEqualTo(DataType.FLOAT16);
      assertThat(arrays.get("index").toLongArray())
          .isEqualTo(LongStream.range(0, FRAMES).toArray());
      List<RgbFrame> frames = new ArrayList<>();
      List<ByteBuffer> expected = new ArrayList<>();
      long[] pts = arrays.get("pts_micros").toLongArray();
      for (int i = 0; i < FRAMES; i++) {
        VideoFrame frame = Objects.requireNonNull(reader.next());
        assertThat(pts[i]).isEqualTo(frame.ptsMicros());
        if (i < FRAMES_PER_FORWARD) {
          frames.add(new RgbFrame(448, 448, ByteBuffer.wrap(frame.rgb())));
          expected.add(ByteBuffer.allocate(FRAME_BYTES));
        }
      }
      extractor.extract(FrameBlock.each(frames, expected));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(features.get(i).toByteBuffer()).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void shouldBeReadByNumpy() throws Exception {
    String command = "/usr/bin/python3";
    assumeTrue(Files.isExecutable(Path.of(command)), "python3 with numpy isn't installed");
    Process python =
        new ProcessBuilder(
                command,
                "-c",
                """
                import json, sys
                try: import numpy
                except ImportError: sys.exit(77)
                z = numpy.load(sys.argv[1])
                f = z["features"]
                print(f.shape, f.dtype, z["pts_micros"].dtype, z["pts_micros"][2], z["index"][-1])
                print(json.loads(bytes(z["metadata"]))["grid"], bool(numpy.isfinite(f).all()), float(f.astype("f4").std()) > 0.1)
                """,
                whole.toString())
            .redirectErrorStream(true)
            .start();
    String out = new String(python.getInputStream().readAllBytes());
    assumeTrue(python.waitFor() != 77, "python3 with numpy isn't installed");

    assertThat(out.lines())
        .containsExactly("(40, 196, 384) float16 int64 500000 39", "14x14 True True");
  }

  @Test
  void shouldWriteSafetensorsInFloat32() throws Exception {
    Path output = dir.resolve("features.safetensors");
    List<String> arguments = new ArrayList<>(arguments(output));
    arguments.set(arguments.indexOf("4"), "0.5");
    arguments.addAll(List.of("--dtype", "float32", "--scales", "1"));

    S2Process run = S2Process.run(dir, arguments.toArray(String[]::new));

    assertThat(run.exitCode()).as("%s", run).isZero();
    try (NDManager manager = NDManager.newBaseManager();
        InputStream in = Files.newInputStream(output)) {
      NDList arrays = NDList.decode(manager, in);
      assertThat(arrays.get("features").getShape().getShape()).containsExactly(5, 196, 192);
      assertThat(arrays.get("features").getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(arrays.get("pts_micros").toLongArray())
          .containsExactly(0, 2_000_000, 4_000_000, 6_000_000, 8_000_000);
    }
  }

  @Test
  void shouldRefuseWhatCanNotWork() throws Exception {
    S2Process.run(
            dir,
            "extract",
            clip.toString(),
            "--model",
            "none",
            "-o",
            "nowhere/features.txt",
            "--fps",
            "0",
            "--dtype",
            "int8",
            "--pool",
            "2,0,2",
            "--resize-output-to-idx",
            "2")
        .assertRefused(
            2,
            "--fps is 0.0",
            "--model none doesn't exist",
            "expected a name that ends in .npz or .safetensors",
            "there is no folder",
            "--dtype is 'int8'",
            "--pool is '2,0,2': expected frames, rows and columns",
            "--resize-output-to-idx must be within -2..1");
    String model = Distribution.demoTower().toString();
    S2Process.run(dir, "extract", "none.mp4", "--model", model, "-o", "x.npz")
        .assertRefused(2, "no such file: none.mp4");
    S2Process.run(dir, "extract", "rtsp://u:pw@127.0.0.1/a", "--model", model, "-o", "x.npz")
        .assertRefused(2, "rtsp://***@127.0.0.1/a is a live source");
    S2Process.run(
            dir, "extract", clip.toString(), "--model", model, "-o", "x.npz", "--scales", "1.3")
        .assertRefused(2, "291");
    assertThat(dir.resolve("x.npz")).doesNotExist();
  }
}
