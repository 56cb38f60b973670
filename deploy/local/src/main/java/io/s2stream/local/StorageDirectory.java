package io.s2stream.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/** A directory that is deleted with all it holds when closed, if it was made for the occasion. */
public final class StorageDirectory implements AutoCloseable {
  private final Path path;
  private final boolean temporary;

  private StorageDirectory(Path path, boolean temporary) {
    this.path = path;
    this.temporary = temporary;
  }

  /** A fresh temporary directory. */
  public static StorageDirectory temporary(String prefix) throws IOException {
    return new StorageDirectory(Files.createTempDirectory(prefix), true);
  }

  /** A directory of the caller's, made if missing and left alone on close. */
  public static StorageDirectory kept(Path path) throws IOException {
    return new StorageDirectory(Files.createDirectories(path), false);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Deletes the directory if it is temporary.
   *
   * @throws UncheckedIOException if a file can't be deleted
   */
  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try {
      Files.walkFileTree(path, new Deletion());
    } catch (NoSuchFileException e) {
      return; // Someone tidied up before us.
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete the temporary directory " + path, e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    // A file that vanishes during the walk is what we want.
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
