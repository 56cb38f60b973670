package io.s2stream.processor.tower;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * A tower on disk, in DJL's convention: one folder with {@code serving.properties} and one
 * TorchScript file {@code <option.modelName>.pt}. processor/export/README.md documents the keys.
 *
 * @param modelFile the TorchScript file
 * @param spec what the properties say, with the file's hash
 */
public record ModelDirectory(Path modelFile, TowerSpec spec) {
  private static final String PROPERTIES = "serving.properties";

  /**
   * Reads and checks a model directory, without loading the model. A TorchScript file alone will
   * do: a float32 tower for tiles of any size, of whose prefix tokens nothing is known.
   *
   * @throws TowerLoadException when something is missing or wrong; names every bad property at once
   */
  public static ModelDirectory read(Path folder) throws TowerLoadException {
    if (Files.isRegularFile(folder) && folder.toString().endsWith(".pt")) {
      return ofFile(folder);
    }
    if (!Files.isDirectory(folder)) {
      throw new TowerLoadException(
          "model directory "
              + folder
              + " doesn't exist; set tower.model-dir to a folder with "
              + PROPERTIES
              + " and a TorchScript file");
    }
    Path file = folder.resolve(PROPERTIES);
    if (!Files.isRegularFile(file)) {
      throw new TowerLoadException(
          "model directory "
              + folder
              + " has no "
              + PROPERTIES
              + "; export the tower with processor/export, or write the file by hand (see its README)");
    }
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new TowerLoadException("can't read " + file + ": " + e.getMessage(), e);
    }
    return read(folder, new ServingProperties(file, properties));
  }

  private static ModelDirectory ofFile(Path file) throws TowerLoadException {
    return new ModelDirectory(
        file.toAbsolutePath(),
        new TowerSpec(
            baseName(file),
            sha256(file),
            0,
            TowerSpec.UNKNOWN,
            List.of(0f, 0f, 0f),
            List.of(1f, 1f, 1f),
            DataType.FLOAT32));
  }

  private static String baseName(Path file) {
    return file.getFileName().toString().replaceFirst("\\.pt$", "");
  }

  private static ModelDirectory read(Path folder, ServingProperties properties)
      throws TowerLoadException {
    properties.requireEngine("PyTorch");
    String name = properties.text("option.modelName", "");
    int inputSize = properties.number("option.s2.inputSize", 0);
    int prefixTokens = properties.number("option.s2.prefixTokens", 0);
    List<Float> mean = properties.perChannel("option.s2.imageMean", List.of(0f, 0f, 0f));
    List<Float> std = properties.perChannel("option.s2.imageStd", List.of(1f, 1f, 1f));
    if (std.contains(0f)) {
      properties.refuse("option.s2.imageStd must not contain 0");
    }
    DataType dtype = properties.dtype("option.s2.dtype");
    properties.throwIfRefused();
    Path model = modelFile(folder, name);
    return new ModelDirectory(
        model,
        new TowerSpec(baseName(model), sha256(model), inputSize, prefixTokens, mean, std, dtype));
  }

  private static Path modelFile(Path folder, String name) throws TowerLoadException {
    if (!name.isEmpty()) {
      Path model = folder.resolve(name + ".pt");
      if (!Files.isRegularFile(model)) {
        throw new TowerLoadException(
            "there is no "
                + model
                + ", the file that option.modelName="
                + name
                + " asks for; put it there");
      }
      return model;
    }
    var models = new ArrayList<Path>();
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(f -> f.toString().endsWith(".pt")).sorted().forEach(models::add);
    } catch (IOException e) {
      throw new TowerLoadException("can't list " + folder + ": " + e.getMessage(), e);
    }
    if (models.size() != 1) {
      throw new TowerLoadException(
          "model directory "
              + folder
              + " holds "
              + models.size()
              + " .pt files, expected one; put the TorchScript file there and name it in option.modelName");
    }
    return models.get(0);
  }

  /**
   * Refuses another TorchScript file than the one meant.
   *
   * @param expected in hexadecimal; null: any
   * @throws TowerLoadException when the file is another
   */
  void requireSha256(@Nullable String expected) throws TowerLoadException {
    if (expected != null && !expected.equalsIgnoreCase(spec.sha256())) {
      throw new TowerLoadException(
          modelFile
              + " has sha256 "
              + spec.sha256()
              + ", but tower.sha256 expects "
              + expected
              + "; it is not loaded. Put the file meant there, or set the new sum if you trust this one");
    }
  }

  private static String sha256(Path file) throws TowerLoadException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new TowerLoadException("can't read " + file + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
