package io.s2stream.schemas.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Doesn't take another registry's word at once that it knows no such id: messages are given up
 * because of that answer, and a registry that is starting, lags behind its leader or has lost its
 * data gives it too.
 *
 * <p>An id is unknown when it is still unknown after a few more questions, and the registry does
 * know the id that it gave last. Then ids that this registry doesn't know are believed for a while,
 * so that a storm of them costs one question each, and one of the same id none. Thread-safe.
 */
final class CautiousSchemaRegistry implements SchemaRegistry {
  private static final int QUESTIONS = 3;
  private static final Duration BELIEVED = Duration.ofSeconds(30);

  /** A bound, so that hostile ids can't fill the heap; ids beyond it are asked for again. */
  private static final int MAX_ABSENT = 1_000;

  private final SchemaRegistry registry;
  private final Duration pause;
  private volatile OptionalInt witness = OptionalInt.empty();
  private final Set<Integer> absent = new HashSet<>();
  private long believedUntil = System.nanoTime();

  /**
   * @param pause between two questions for the same id
   */
  CautiousSchemaRegistry(SchemaRegistry registry, Duration pause) {
    this.registry = registry;
    this.pause = pause;
  }

  @Override
  public int register(String subject, Schema schema) {
    return known(registry.register(subject, schema));
  }

  @Override
  public int lookup(String subject, Schema schema) {
    return known(registry.lookup(subject, schema));
  }

  @Override
  public Schema schema(int id) {
    if (isKnownAbsent(id)) {
      throw new SchemaNotFoundException(
          "Schema " + id + " was not in the registry less than " + BELIEVED.toSeconds() + " s ago");
    }
    try {
      return found(id);
    } catch (SchemaNotFoundException e) {
      if (!isBelieved()) {
        return askAgain(id, e);
      }
      remember(id);
      throw e;
    }
  }

  private Schema askAgain(int id, SchemaNotFoundException first) {
    for (int question = 0; question < QUESTIONS; question++) {
      pause();
      try {
        return found(id);
      } catch (SchemaNotFoundException e) {
        // The first answer is the one to report.
      }
    }
    checkWitness(id);
    believe(id);
    throw first;
  }

  private void checkWitness(int id) {
    OptionalInt known = witness;
    if (known.isEmpty()) {
      return;
    }
    try {
      registry.schema(known.getAsInt());
    } catch (SchemaNotFoundException e) {
      throw new RegistryUnavailableException(
          "The schema registry has neither schema "
              + id
              + " nor schema "
              + known.getAsInt()
              + ", which it had before: it has lost its schemas, or is still reading them. Restore"
              + " its data; until then nothing new can be read",
          e);
    }
  }

  private Schema found(int id) {
    Schema schema = registry.schema(id);
    known(id);
    return schema;
  }

  private int known(int id) {
    witness = OptionalInt.of(id);
    return id;
  }

  private synchronized boolean isBelieved() {
    if (System.nanoTime() - believedUntil < 0) {
      return true;
    }
    absent.clear();
    return false;
  }

  private synchronized boolean isKnownAbsent(int id) {
    return isBelieved() && absent.contains(id);
  }

  private synchronized void believe(int id) {
    believedUntil = System.nanoTime() + BELIEVED.toNanos();
    remember(id);
  }

  private synchronized void remember(int id) {
    if (absent.size() < MAX_ABSENT) {
      absent.add(id);
    }
  }

  private void pause() {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
