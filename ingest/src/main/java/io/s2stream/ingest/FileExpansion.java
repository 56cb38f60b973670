package io.s2stream.ingest;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;

/**
 * Makes one stream of each file of a folder, or that a glob ({@code *}, {@code **}, {@code ?},
 * {@code [a-z]}, {@code {a,b}}) matches. Its id is the entry's, a dot, and the file's name below
 * the folder, with everything but letters, digits, '.', '_' and '-' made '_'.
 */
final class FileExpansion {

  private static final Set<String> VIDEO =
      Set.of(
          "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "vob",
          "flv", "wmv", "asf", "3gp", "ogv", "mxf", "y4m", "h264", "h265", "hevc", "ivf", "gif");
  private static final Pattern GLOB = Pattern.compile("[*?\\[{]");
  private static final Pattern NOT_OF_AN_ID = Pattern.compile("[^A-Za-z0-9._-]");
  private static final int MAX_DEPTH = 20;

  private FileExpansion() {}

  /**
   * Returns the streams of these entries, files in the order of their names.
   *
   * @throws InvalidSettingException if two files would have one id, or a folder can't be read
   */
  static List<StreamSource> expand(List<StreamSettings> entries) {
    List<StreamSource> streams = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Set<String> ids = new java.util.HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      for (StreamSource stream : expand(entries.get(i), "streams[" + i + "].uri", problems)) {
        if (ids.add(stream.id())) {
          streams.add(stream);
        } else {
          problems.add(
              new Problem(
                  "streams[" + i + "].uri",
                  stream.settings().source()
                      + " would be stream '"
                      + stream.id()
                      + "', which there is already; rename it"));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
    return streams;
  }

  private static List<StreamSource> expand(
      StreamSettings entry, String where, List<Problem> problems) {
    Path path = entry.source().localPath().orElse(null);
    if (path == null || Files.exists(path) && !Files.isDirectory(path)) {
      return List.of(new StreamSource(entry, entry.id()));
    }
    boolean folder = Files.isDirectory(path);
    if (!folder && !GLOB.matcher(path.toString()).find()) {
      return List.of(new StreamSource(entry, entry.id())); // Fails with its own words when opened.
    }
    Path root = folder ? path : rootOf(path);
    Optional<PathMatcher> glob =
        folder
            ? Optional.empty()
            : Optional.of(FileSystems.getDefault().getPathMatcher("glob:" + path));
    try (Stream<Path> files = Files.walk(root, folder ? 1 : MAX_DEPTH)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> glob.map(g -> g.matches(file)).orElseGet(() -> isVideo(file)))
          .sorted()
          .map(file -> streamOf(entry, root, file))
          .toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      problems.add(new Problem(where, root + " can't be read: " + e.getMessage()));
      return List.of();
    }
  }

  /** The part of a glob before its first wild card. */
  private static Path rootOf(Path glob) {
    Path root = glob.isAbsolute() ? glob.getRoot() : Path.of("");
    for (Path name : glob) {
      if (GLOB.matcher(name.toString()).find()) {
        break;
      }
      root = root.resolve(name);
    }
    return root;
  }

  private static boolean isVideo(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && VIDEO.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static StreamSource streamOf(StreamSettings entry, Path root, Path file) {
    String name = root.relativize(file).toString();
    String id = entry.id() + "." + NOT_OF_AN_ID.matcher(name).replaceAll("_");
    return new StreamSource(entry.of(id, file.toString()), entry.id());
  }
}
