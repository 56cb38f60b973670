package io.s2stream.local.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.s2stream.local.registry.RegistryJournal.Change;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The registry's content: schemas by id, versions by subject, compatibility levels. Thread-safe.
 * With a journal, every change is written down before it holds.
 */
final class SubjectStore {
  /**
   * One version of a subject.
   *
   * @param version from 1 on
   * @param id the schema's, from 1 on
   */
  record Version(String subject, int version, int id, Schema schema) {}

  private final List<Schema> schemasById = new ArrayList<>();

  /** Keyed by text: schemas that differ in documentation only are equal for Avro, not for us. */
  private final Map<String, Integer> ids = new HashMap<>();

  private final Map<String, List<Version>> subjects = new TreeMap<>();
  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private CompatibilityLevel globalLevel = CompatibilityLevel.BACKWARD;
  private @Nullable RegistryJournal journal;

  /**
   * A store with what the journal tells of, which goes on writing to it.
   *
   * @throws IOException if the journal can't be read or contradicts itself
   */
  static SubjectStore restore(RegistryJournal journal) throws IOException {
    SubjectStore store = new SubjectStore();
    for (Change change : journal.read()) {
      try {
        store.apply(change);
      } catch (RefusedException | AvroRuntimeException e) {
        throw new IOException("the registry's journal is damaged at " + change, e);
      }
    }
    store.journal = journal;
    return store;
  }

  private synchronized void apply(Change change) throws RefusedException {
    if (change.level() == null) {
      register(
          String.valueOf(change.subject()),
          new Schema.Parser().parse(String.valueOf(change.schema())));
    } else if (change.subject() == null) {
      setLevel(CompatibilityLevel.parse(change.level()));
    } else {
      setLevel(change.subject(), CompatibilityLevel.parse(change.level()));
    }
  }

  private void write(@Nullable String subject, @Nullable String schema, @Nullable String level) {
    if (journal != null) {
      journal.append(new Change(subject, schema, level));
    }
  }

  /** The id of the schema, which is a version of the subject from now on. */
  synchronized int register(String subject, Schema schema) throws RefusedException {
    Optional<Version> known = find(subject, schema);
    if (known.isPresent()) {
      return known.get().id();
    }
    List<Version> versions = subjects.getOrDefault(subject, List.of());
    Optional<String> problem = problem(subject, schema, versions);
    if (problem.isPresent()) {
      throw RefusedException.incompatible(subject, problem.get());
    }
    write(subject, schema.toString(), null);
    int id = ids.computeIfAbsent(schema.toString(), text -> add(schema));
    subjects
        .computeIfAbsent(subject, s -> new ArrayList<>())
        .add(new Version(subject, versions.size() + 1, id, schema));
    return id;
  }

  synchronized Version lookup(String subject, Schema schema) throws RefusedException {
    versions(subject);
    return find(subject, schema).orElseThrow(() -> RefusedException.schemaNotFound("Schema"));
  }

  synchronized Schema schema(int id) throws RefusedException {
    if (id < 1 || id > schemasById.size()) {
      throw RefusedException.schemaNotFound("Schema " + id);
    }
    return schemasById.get(id - 1);
  }

  synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  /** Never empty. */
  synchronized List<Version> versions(String subject) throws RefusedException {
    List<Version> versions = subjects.getOrDefault(subject, List.of());
    if (versions.isEmpty()) {
      throw RefusedException.subjectNotFound(subject);
    }
    return List.copyOf(versions);
  }

  /**
   * What the subject's level has against a new schema, if anything.
   *
   * @param versions of the subject that it is held against, oldest first
   */
  synchronized Optional<String> problem(String subject, Schema schema, List<Version> versions) {
    return levels.getOrDefault(subject, globalLevel).problem(schema, versions);
  }

  /** Every version of every subject that this schema is. */
  synchronized List<Version> versionsOf(int id) throws RefusedException {
    schema(id);
    return subjects.values().stream().flatMap(List::stream).filter(v -> v.id() == id).toList();
  }

  synchronized CompatibilityLevel level() {
    return globalLevel;
  }

  synchronized void setLevel(CompatibilityLevel level) {
    write(null, null, level.name());
    globalLevel = level;
  }

  /** The subject's own level, if it has one. */
  synchronized Optional<CompatibilityLevel> level(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  synchronized void setLevel(String subject, CompatibilityLevel level) {
    write(subject, null, level.name());
    levels.put(subject, level);
  }

  private Optional<Version> find(String subject, Schema schema) {
    String text = schema.toString();
    return subjects.getOrDefault(subject, List.of()).stream()
        .filter(version -> version.schema().toString().equals(text))
        .findFirst();
  }

  private int add(Schema schema) {
    schemasById.add(schema);
    return schemasById.size();
  }
}
