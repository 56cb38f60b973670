package io.s2stream.cli.extract;

import java.nio.file.Path;
import java.util.Optional;

/** Form of the output; the file's ending chooses it. */
public enum ArchiveFormat {
  NPZ(".npz"),
  SAFETENSORS(".safetensors");

  private final String ending;

  ArchiveFormat(String ending) {
    this.ending = ending;
  }

  /** The format of a file of this name, if there is one. */
  public static Optional<ArchiveFormat> of(Path file) {
    String name = String.valueOf(file.getFileName());
    for (ArchiveFormat format : values()) {
      if (name.endsWith(format.ending) && name.length() > format.ending.length()) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  String ending() {
    return ending;
  }

  FeatureArchive archive() {
    return switch (this) {
      case NPZ -> new NpzArchive();
      case SAFETENSORS -> new SafetensorsArchive();
    };
  }
}
