package io.s2stream.local.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.apache.avro.Schema;

/**
 * The registry's content: schemas by id, versions by subject, compatibility levels. Thread-safe.
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

  /** The id of the schema, which is a version of the subject from now on. */
  synchronized int register(String subject, Schema schema) throws RefusedException {
    Optional<Version> known = find(subject, schema);
    if (known.isPresent()) {
      return known.get().id();
    }
    List<Version> versions = subjects.getOrDefault(subject, List.of());
    Optional<String> problem =
        levels
            .getOrDefault(subject, globalLevel)
            .problem(schema, versions.stream().map(Version::schema).toList());
    if (problem.isPresent()) {
      throw RefusedException.incompatible(subject, problem.get());
    }
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

  synchronized CompatibilityLevel level() {
    return globalLevel;
  }

  synchronized void setLevel(CompatibilityLevel level) {
    globalLevel = level;
  }

  /** The subject's own level, if it has one. */
  synchronized Optional<CompatibilityLevel> level(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  synchronized void setLevel(String subject, CompatibilityLevel level) {
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
