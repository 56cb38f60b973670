package io.s2stream.processor.tower;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.s2stream.processor.tower.TileFeatures.FeatureMap;
import io.s2stream.processor.tower.TileFeatures.Tokens;
import org.jspecify.annotations.Nullable;

/** A TorchScript tower, loaded and checked. */
public final class TorchTower implements Tower {
  /** Tile side for the check at load of a tower that takes any size. */
  private static final int PROBE_SIZE = 224;

  // The block's memory goes when the model is finalised: the model must stay reachable from here.
  private final ZooModel<NDList, NDList> model;
  private final PtSymbolBlock block;
  private final TowerSpec spec;
  private final @Nullable ScriptModule cast;
  private final Map<Integer, TileFeatures> described = new ConcurrentHashMap<>();

  private TorchTower(ZooModel<NDList, NDList> model, TowerSpec spec) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.spec = spec;
    this.cast =
        spec.dtype() == DataType.BFLOAT16
            ? ScriptModule.load(TorchTower.class, "cast.pt", device())
            : null;
  }

  /**
   * Loads a tower and, where its input size is known, runs one tile through it. Never downloads
   * anything.
   *
   * @param folder a model directory, or a TorchScript file alone, of which then nothing is known
   * @throws TowerLoadException when the directory or the model can't be used
   */
  public static TorchTower load(Path folder, Device device) throws TowerLoadException {
    return load(folder, device, null);
  }

  /**
   * As the shorter {@code load}, of one certain file: TorchScript executes code.
   *
   * @param sha256 of the TorchScript file, in hexadecimal; null: any
   */
  public static TorchTower load(Path folder, Device device, @Nullable String sha256)
      throws TowerLoadException {
    TorchSettings.initialize();
    ModelDirectory directory = ModelDirectory.read(folder);
    directory.requireSha256(sha256);
    Path file = directory.modelFile();
    Criteria<NDList, NDList> criteria =
        Criteria.builder()
            .setTypes(NDList.class, NDList.class)
            .optEngine("PyTorch")
            .optModelPath(file.getParent())
            .optModelName(directory.spec().name())
            .optDevice(device)
            .optOption("mapLocation", "true")
            .optTranslator(new NoopTranslator())
            .build();
    ZooModel<NDList, NDList> model;
    try {
      TorchSettings.prepareThread();
      model = criteria.loadModel();
    } catch (ModelException | IOException | EngineException e) {
      throw new TowerLoadException(
          "can't load "
              + file
              + " as TorchScript on "
              + device
              + "; export it with torch.jit.script or torch.jit.trace, a plain torch.save isn't enough. Cause: "
              + firstLine(e),
          e);
    }
    TorchTower tower;
    try {
      tower = new TorchTower(model, directory.spec());
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    try {
      tower.check(file);
      return tower;
    } catch (TowerLoadException | RuntimeException | Error e) {
      tower.close();
      throw e;
    }
  }

  private void check(Path file) throws TowerLoadException {
    if (spec.prefixTokens() == TowerSpec.UNKNOWN) {
      // Without properties no size of tiles is more likely than another: the first plan tries it.
      return;
    }
    int size = spec.inputSize() == 0 ? PROBE_SIZE : spec.inputSize();
    TileFeatures features;
    try {
      features = describe(size);
    } catch (EngineException e) {
      throw new TowerLoadException(
          file
              + " fails on one "
              + spec.dtype()
              + " tile [1, 3, "
              + size
              + ", "
              + size
              + "]; check option.s2.inputSize and option.s2.dtype. Cause: "
              + firstLine(e),
          e);
    } catch (IllegalArgumentException e) {
      throw new TowerLoadException(file + " is no tower: " + e.getMessage(), e);
    }
    if (features instanceof Tokens tokens && tokens.gridSide(spec.prefixTokens()) == 0) {
      throw new TowerLoadException(
          file
              + " makes "
              + tokens.tokens()
              + " tokens per tile; without "
              + spec.prefixTokens()
              + " prefix tokens no square patch grid is left. Set option.s2.prefixTokens to the number of its class"
              + " and register tokens");
    }
    if (features instanceof FeatureMap && spec.prefixTokens() > 0) {
      throw new TowerLoadException(
          file + " makes feature maps, which have no prefix tokens; remove option.s2.prefixTokens");
    }
  }

  @Override
  public TowerSpec spec() {
    return spec;
  }

  @Override
  public TileFeatures describe(int tileSize) {
    TileFeatures known = described.get(tileSize);
    if (known != null) {
      return known;
    }
    try (NDManager scope = newManager()) {
      NDArray tile = scope.zeros(new Shape(1, 3, tileSize, tileSize), spec.tileType());
      NDArray out = features(tile);
      if (!out.getDataType().isFloating() && out.getDataType() != DataType.UNKNOWN) {
        throw new IllegalArgumentException(
            "its features are " + out.getDataType() + ", expected a floating type");
      }
      TileFeatures features = TileFeatures.ofBatch(out.getShape());
      described.put(tileSize, features);
      return features;
    }
  }

  @Override
  public NDArray features(NDArray tiles) {
    TorchSettings.prepareThread();
    CpuThreads.share();
    if (cast == null) {
      return run(tiles, tiles.getManager());
    }
    try (NDArray converted = cast.tensor(tiles.getManager(), "bfloat16", ScriptModule.of(tiles))) {
      return run(converted, tiles.getManager());
    }
  }

  private NDArray run(NDArray tiles, NDManager manager) {
    NDList out = IValueUtils.forward(block, new NDList(tiles), false);
    if (out.size() != 1) {
      out.close();
      throw new IllegalArgumentException(
          "a tower must return one tensor, this one returned "
              + out.size()
              + "; wrap it to return the features only");
    }
    NDArray features = out.get(0);
    features.attach(manager);
    return features;
  }

  @Override
  public Device device() {
    return model.getNDManager().getDevice();
  }

  @Override
  public NDManager newManager() {
    return model.getNDManager().newSubManager();
  }

  @Override
  public void close() {
    if (cast != null) {
      cast.close();
    }
    model.close();
  }

  private static String firstLine(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((first, last) -> last)
        .orElse(message);
  }
}
