package io.s2stream.local.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a registry in a file, one JSON object a line, in order: replayed, they make the
 * same subjects, versions and ids again. Only appended to; one thread at a time.
 */
final class RegistryJournal {
  /**
   * One change: a schema registered, or a compatibility level set.
   *
   * @param subject null for the global level
   */
  record Change(@Nullable String subject, @Nullable String schema, @Nullable String level) {}

  private final Path file;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param file made with the first change
   */
  RegistryJournal(Path file) {
    this.file = file;
  }

  /**
   * All changes so far. A last line that a crash cut short is taken away; its change was never
   * answered.
   *
   * @throws IOException if the file can't be read, or a whole line in it is no change
   */
  List<Change> read() throws IOException {
    if (Files.notExists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (!whole.equals(text)) {
      Files.writeString(file, whole);
    }
    List<Change> changes = new ArrayList<>();
    for (String line : whole.lines().toList()) {
      try {
        changes.add(json.readValue(line, Change.class));
      } catch (JsonProcessingException e) {
        throw new IOException(
            file + ", line " + (changes.size() + 1) + " is damaged: " + e.getOriginalMessage(), e);
      }
    }
    return changes;
  }

  /**
   * Writes a change down before it is answered.
   *
   * @throws UncheckedIOException if the file can't be written
   */
  void append(Change change) {
    try {
      byte[] line = (json.writeValueAsString(change) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(
          file,
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.DSYNC);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write the registry's journal " + file, e);
    }
  }
}
