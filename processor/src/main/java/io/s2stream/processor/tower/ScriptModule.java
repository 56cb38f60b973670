package io.s2stream.processor.tower;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;

/**
 * A TorchScript module from the jar whose methods are called by name: the way to operations of
 * libtorch that DJL lacks. Thread-safe but for closing: the methods keep nothing.
 */
public final class ScriptModule implements AutoCloseable {
  // The block's memory goes when the model is finalised: the model must stay reachable from here.
  private final Model model;
  private final PtSymbolBlock block;

  private ScriptModule(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
  }

  /**
   * Loads a module.
   *
   * @param owner class that the resource lies beside
   * @throws IllegalStateException when the jar is damaged
   */
  public static ScriptModule load(Class<?> owner, String resource, Device device) {
    TorchSettings.initialize();
    Model model = Model.newInstance(resource, device, "PyTorch");
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource " + resource + " is missing from the processor's jar");
      }
      model.load(in, Map.of());
      return new ScriptModule(model);
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException("can't read resource " + resource, e);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException("resource " + resource + " is damaged", e);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** An array as an argument of a method. */
  public static IValue of(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  /**
   * Calls a method that returns a tensor.
   *
   * @param manager that the result is attached to
   * @param arguments closed here
   */
  public NDArray tensor(NDManager manager, String method, IValue... arguments) {
    try (IValue result = call(method, arguments)) {
      return result.toTensor((PtNDManager) manager);
    }
  }

  /**
   * Calls a method for its effect.
   *
   * @param arguments closed here
   */
  public void run(String method, IValue... arguments) {
    call(method, arguments).close();
  }

  private IValue call(String method, IValue... arguments) {
    try {
      return IValueUtils.runMethod(block, method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
