package io.s2stream.processor.extract;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import ai.djl.Device;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;
import org.jspecify.annotations.Nullable;

/** The {@code tower} section: which vision tower runs, and on what. */
public record TowerConfig(
    @Setting("Folder with serving.properties and the TorchScript file of the vision tower.")
        Path modelDir,
    @Setting(value = "Where the tower runs: cpu, gpu or gpu:N.", defaultValue = "cpu")
        String device,
    @Setting(
            value =
                "Several devices of this machine in place of one: each gets a tower and a thread of its own, and the next batch"
                    + " goes to the first that is free. Such as [gpu:0, gpu:1].",
            defaultValue = "[]")
        List<String> devices,
    @Setting(
            value =
                "Forwards side by side on one device, each with a thread of its own; they share the tower's weights. 0 = one on a"
                    + " GPU, and on the CPU one for each of its threads, 4 at most. Each needs the memory of one forward.",
            defaultValue = "0")
        int instances,
    @Setting(
            value =
                "CPU threads of all tensor operations together; 0 = as many as there are processors. Forwards that run at the same"
                    + " time share them; one that runs alone has all.",
            defaultValue = "0")
        int threads,
    @Setting(
            value =
                "SHA-256 of the TorchScript file, in hexadecimal: another file is not loaded. TorchScript executes code."
                    + " Absent: any file.",
            optional = true)
        @Nullable String sha256) {
  private static final Pattern DEVICE = Pattern.compile("cpu|gpu(:\\d{1,3})?");

  private static final int MAX_INSTANCES = 64;
  private static final int MOST_INSTANCES_BY_DEFAULT = 4;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  public TowerConfig {
    devices = List.copyOf(devices);
    check("device", device);
    devices.forEach(each -> check("devices", each));
    long gpus = devices.stream().filter(each -> !each.equals("cpu")).count();
    if (gpus != devices.stream().filter(each -> !each.equals("cpu")).distinct().count()) {
      throw new InvalidSettingException("devices", "names a GPU twice: " + devices);
    }
    if (instances < 0 || instances > MAX_INSTANCES) {
      throw new InvalidSettingException(
          "instances", "must be within 0..%d, not %d".formatted(MAX_INSTANCES, instances));
    }
    if (threads < 0 || threads > 1024) {
      throw new InvalidSettingException("threads", "must be within 0..1024, not " + threads);
    }
    if (sha256 != null && !SHA256.matcher(sha256).matches()) {
      throw new InvalidSettingException(
          "sha256", "must be 64 hexadecimal digits, not '" + sha256 + "'");
    }
  }

  /** One device and one forward at a time, any file of this folder. */
  public TowerConfig(Path modelDir, String device, int threads) {
    this(modelDir, device, List.of(), 1, threads, null);
  }

  private static void check(String path, String device) {
    if (!DEVICE.matcher(device).matches()) {
      throw new InvalidSettingException(path, "must be cpu, gpu or gpu:N, not '" + device + "'");
    }
  }

  /** As it is, on the CPU alone. */
  public TowerConfig onCpu() {
    return new TowerConfig(modelDir, "cpu", List.of(), instances, threads, sha256);
  }

  /**
   * libtorch's own default counts the host's processors even where a container may use only a few.
   */
  int effectiveThreads() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /** How many forwards a device runs side by side. */
  int effectiveInstances(Device device) {
    if (instances > 0) {
      return instances;
    }
    if (device.isGpu()) {
      return 1;
    }
    int towers = Math.max(1, (int) devices.stream().filter(each -> each.equals("cpu")).count());
    return Math.max(1, Math.min(MOST_INSTANCES_BY_DEFAULT, effectiveThreads()) / towers);
  }

  /** The one device, or each of the several. */
  List<Device> djlDevices() {
    return (devices.isEmpty() ? List.of(device) : devices)
        .stream().map(TowerConfig::djlDevice).toList();
  }

  /**
   * For each instance of the tower, in the order of {@link S2FeatureExtractor#loadAll}, how many
   * run side by side on its device, itself included.
   *
   * @param instances that there are; others than this configuration makes count as evenly spread
   *     over its devices
   */
  public List<Integer> instancesBeside(int instances) {
    List<Device> devices = djlDevices();
    Map<Device, Integer> onDevice = new HashMap<>(); // The CPU may be listed more than once.
    devices.forEach(each -> onDevice.merge(each, effectiveInstances(each), Integer::sum));
    List<Integer> beside =
        devices.stream()
            .flatMap(
                each ->
                    Collections.nCopies(effectiveInstances(each), onDevice.getOrDefault(each, 0))
                        .stream())
            .toList();
    return beside.size() == instances
        ? beside
        : Collections.nCopies(instances, Math.max(1, instances / onDevice.size()));
  }

  /** Whether a tower runs on a GPU. */
  public boolean usesGpu() {
    return djlDevices().stream().anyMatch(Device::isGpu);
  }

  private static Device djlDevice(String device) {
    if (device.equals("cpu")) {
      return Device.cpu();
    }
    return Device.gpu(device.equals("gpu") ? 0 : Integer.parseInt(device.substring(4)));
  }
}
