package io.s2stream.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Function;
import io.s2stream.processor.s2.OutputShape;
import io.s2stream.processor.s2.S2Forward;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.SplitMode;
import io.s2stream.processor.s2.TensorOps;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.TorchSettings;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;

/**
 * Measures by how much a forward raises the peak of a process's resident memory over what it holds
 * after one like it: a process for each measurement. On Linux alone.
 */
public final class MemoryProbe {
  // The optimising compiler takes and returns megabytes at its own times: it is left out.
  private static final List<String> OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-Xms256m",
          "-Xmx256m",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC");

  private MemoryProbe() {}

  /**
   * What one forward took.
   *
   * @param peakBytes by which it raised the peak
   * @param resultBytes of its features, float32
   */
  public record Growth(long peakBytes, long resultBytes) {}

  /**
   * Measures in a process of its own.
   *
   * @param model model directory of the tower
   * @param multiscale whether the forward is S2's, or the tower alone on as many tiles as images
   * @param sides of the scales, px; the first is the tower's
   * @param tiles per run of the tower
   */
  public static Growth measure(Path model, boolean multiscale, int images, int[] sides, int tiles)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), MemoryProbe.class.getName()));
    command.addAll(
        List.of(
            model.toString(),
            multiscale ? "s2" : "single",
            Integer.toString(images),
            Integer.toString(sides[0]),
            Arrays.stream(sides).mapToObj(Integer::toString).collect(Collectors.joining(",")),
            "0",
            Integer.toString(tiles)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Freed memory that the allocator keeps would blur it all.
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "131072");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String[] lines = output.strip().split("\n", -1);
    if (process.waitFor() != 0) {
      throw new IOException("the measurement of memory failed: " + output.strip());
    }
    String[] words = lines[lines.length - 1].split(" ", -1);
    return new Growth(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /**
   * Prints the two numbers of {@link Growth}.
   *
   * @param args TorchScript file or model directory, {@code single} or {@code s2}, images, tile
   *     size, image sizes with commas between, resize_output_to_idx, tiles per run of the tower
   */
  public static void main(String[] args) throws Exception {
    boolean multiscale = args[1].equals("s2");
    int images = Integer.parseInt(args[2]);
    int tile = Integer.parseInt(args[3]);
    int[] sizes = Arrays.stream(args[4].split(",")).mapToInt(Integer::parseInt).toArray();
    S2Options options =
        S2Options.ofImgSizes(sizes)
            .withMaxSplit(tile, SplitMode.EXACT)
            .withOutput(Integer.parseInt(args[5]), 0, OutputShape.BNC)
            .withChunks(false, Integer.parseInt(args[6]));
    CpuThreads.set(1);
    try (Tower tower = TorchTower.load(Path.of(args[0]), Device.cpu());
        TensorOps ops = TensorOps.load(Device.cpu());
        NDManager manager = tower.newManager()) {
      TorchSettings.prepareThread();
      var forward = new S2Forward(tower, ops);
      NDArray input = manager.randomNormal(new Shape(images, 3, tile, tile));
      // MKL and TorchScript keep some buffers of their first run for ever: they are there already.
      run(multiscale, forward, tower, input, options).close();
      System.gc();
      // Free memory goes back to the system, so that it doesn't count as resident.
      Function.getFunction("c", "malloc_trim").invoke(int.class, new Object[] {0L});
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      long before = status("VmRSS");
      NDArray out = run(multiscale, forward, tower, input, options);
      long peak = status("VmHWM");
      System.out.println((peak - before) + " " + out.getShape().size() * 4);
    }
  }

  private static NDArray run(
      boolean multiscale, S2Forward forward, Tower tower, NDArray input, S2Options options) {
    return multiscale ? forward.forward(input, options) : tower.features(input);
  }

  private static long status(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
