package io.s2stream.processor.s2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.TorchSettings;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;

/**
 * Prints by how much a forward raises the peak of this process's resident memory over what it holds
 * after one like it; processor/export/measure_memory.py runs it.
 *
 * <p>Arguments: TorchScript file, {@code single} or {@code s2}, images, tile size, image sizes with
 * commas between, resize_output_to_idx, tiles per run of the tower.
 */
final class MemoryProbe {
  private MemoryProbe() {}

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
      NativeHeap.trim();
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
