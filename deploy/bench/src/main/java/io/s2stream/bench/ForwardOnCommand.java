package io.s2stream.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.s2.OutOfDeviceMemoryException;
import io.s2stream.processor.s2.OutputShape;
import io.s2stream.processor.s2.PhaseTimes;
import io.s2stream.processor.s2.S2Forward;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.SplitMode;
import io.s2stream.processor.s2.TensorOps;
import io.s2stream.processor.tower.TorchTower;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Our side of a comparison that another process leads, so that both sides run in turn: reads one
 * command a line and answers each with a line that begins with {@code s2:}. deploy/bench/gpu has
 * the other side.
 *
 * <ul>
 *   <li>{@code single K}: the tower alone on K tiles; {@code done}
 *   <li>{@code give FRAMES}: puts a batch of so many images on the device, for the runs to come;
 *       {@code done}
 *   <li>{@code run FRAMES TILES SECONDS}: multiscale forwards of so many frames, so many tiles at a
 *       time, for that long, one at least; {@code done FORWARDS SECONDS}
 *   <li>{@code write FILE}: the features of the images given, as float32; {@code done N C}
 * </ul>
 *
 * A command that the device's memory is too small for is answered {@code full}; anything else that
 * fails ends the process.
 */
@Command(name = "forward-on-command", mixinStandardHelpOptions = true)
public final class ForwardOnCommand implements Callable<Integer> {
  @Option(names = "--model", required = true, description = "Model directory of the tower.")
  private Path model = Path.of("");

  @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu.")
  private String device = "cpu";

  @Option(
      names = "--images",
      required = true,
      description =
          "File of [n, 3, side, side] numbers of the tower's own type, little endian, normalised.")
  private Path images = Path.of("");

  @Option(
      names = "--sizes",
      split = ",",
      required = true,
      description =
          "Image sizes, smallest"
              + " first; the largest is that of the images, the first that of the tower.")
  private List<Integer> sizes = List.of();

  @Option(names = "--resize-to", defaultValue = "0", description = "resize_output_to_idx.")
  private int resizeTo;

  public static void main(String[] args) {
    System.exit(new CommandLine(new ForwardOnCommand()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (var forward = new Loaded()) {
      answer("ready");
      var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ");
        try {
          answer(
              switch (words[0]) {
                case "single" -> forward.single(Integer.parseInt(words[1]));
                case "give" -> forward.give(Integer.parseInt(words[1]));
                case "run" ->
                    forward.run(
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]),
                        Double.parseDouble(words[3]));
                case "write" -> forward.write(Path.of(words[1]));
                default -> throw new IllegalArgumentException("unknown command: " + line);
              });
        } catch (OutOfDeviceMemoryException e) {
          answer("full");
        } catch (EngineException e) {
          if (!OutOfDeviceMemoryException.isReportedBy(e)) {
            throw e;
          }
          answer("full");
        }
      }
    }
    return 0;
  }

  private static void answer(String line) {
    System.out.println("s2: " + line);
    System.out.flush();
  }

  /** The tower and what it is given. */
  private final class Loaded implements AutoCloseable {
    private final TorchTower tower;
    private final TensorOps ops;
    private final NDManager manager;
    private final S2Forward forward;
    private final NDArray given; // [n, 3, side, side]
    private NDArray batch; // [frames, 3, side, side], the given ones over and over

    Loaded() throws Exception {
      Device on = device.equals("cpu") ? Device.cpu() : Device.gpu(0);
      tower = TorchTower.load(model, on);
      ops = TensorOps.load(on);
      manager = tower.newManager();
      forward =
          new S2Forward(
              tower,
              ops,
              (tileSize, failed, next) ->
                  System.err.printf("%d tiles don't fit the memory, now %d%n", failed, next),
              new PhaseTimes());
      given = read();
      batch = given;
    }

    private NDArray read() throws IOException {
      byte[] bytes = Files.readAllBytes(images);
      DataType type = tower.spec().tileType();
      int side = Collections.max(sizes);
      int count = bytes.length / (3 * side * side * type.getNumOfBytes());
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder());
      buffer.put(bytes).flip();
      return manager.create(buffer, new Shape(count, 3, side, side), type);
    }

    private S2Options options(int tiles) {
      return S2Options.ofImgSizes(sizes.stream().mapToInt(Integer::intValue).toArray())
          .withMaxSplit(sizes.get(0), SplitMode.EXACT)
          .withOutput(resizeTo, tower.spec().prefixTokens(), OutputShape.BNC)
          .withChunks(true, tiles);
    }

    String single(int tiles) {
      ForwardBench.bare(tower, tiles, tiles);
      return "done";
    }

    String run(int frames, int tiles, double seconds) {
      give(frames);
      S2Options options = options(tiles);
      long start = System.nanoTime();
      int forwards = 0;
      double passed;
      do {
        ForwardBench.multiscale(forward, batch, options);
        forwards++;
        passed = (System.nanoTime() - start) / 1e9;
      } while (passed < seconds);
      return String.format(Locale.ROOT, "done %d %.6f", forwards, passed);
    }

    String give(int frames) {
      if (batch.getShape().get(0) == frames) {
        return "done";
      }
      if (batch != given) {
        batch.close();
      }
      batch = given;
      try (NDManager scope = manager.newSubManager()) {
        int count = (int) given.getShape().get(0);
        var parts = new NDList(Collections.nCopies(frames / count, given));
        if (frames % count > 0) {
          NDArray rest = given.get(":" + frames % count);
          rest.attach(scope);
          parts.add(rest);
        }
        batch = NDArrays.concat(parts);
        batch.attach(manager);
      }
      return "done";
    }

    String write(Path file) throws IOException {
      try (NDArray features =
          forward.forward(given, options((int) given.getShape().get(0)))) { // [n, N, C] float32
        float[] numbers = features.toFloatArray();
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        Files.write(file, bytes.array());
        return "done " + features.getShape().get(1) + " " + features.getShape().get(2);
      }
    }

    @Override
    public void close() {
      manager.close();
      ops.close();
      tower.close();
    }
  }
}
