package io.s2stream.cli.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import io.s2stream.cli.refusal.Problems;

/**
 * A file that is written beside its place and moved there when it is whole, so that readers never
 * see a part of it and an older one stays if anything fails.
 */
public final class OutputFile {

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    void write(FileChannel channel) throws IOException;
  }

  private final Path target;

  public OutputFile(Path target) {
    this.target = target;
  }

  /** Notes whether the file can't be written, before any work is done. */
  public void check(String option, Problems problems) {
    Path folder = folder();
    if (Files.isDirectory(target)) {
      problems.add(option + " " + target + " is a folder: expected the name of a file");
    } else if (Files.exists(target) && !Files.isRegularFile(target)) {
      problems.add(option + " " + target + " is no regular file");
    } else if (!Files.isDirectory(folder)) {
      problems.add(option + " " + target + ": there is no folder " + folder + "; create it");
    } else if (!Files.isWritable(folder)) {
      problems.add(option + " " + target + ": the folder " + folder + " can't be written to");
    }
  }

  /**
   * Writes the file and replaces an older one.
   *
   * @throws IOException when that fails; nothing is left behind then
   */
  public void write(Content content) throws IOException {
    Path place = Files.exists(target) ? target.toRealPath() : target; // A link stays a link.
    Path part =
        place.resolveSibling(
            "." + place.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.write(channel);
        channel.force(true);
      }
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Path folder() {
    Path folder = target.toAbsolutePath().getParent();
    return folder == null ? target.toAbsolutePath() : folder;
  }
}
