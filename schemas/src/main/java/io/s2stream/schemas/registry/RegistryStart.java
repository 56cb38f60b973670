package io.s2stream.schemas.registry;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.health.Outage;
import io.s2stream.health.Patience;
import org.apache.kafka.common.config.ConfigException;

/** The part of a service's start that needs the schema registry. */
public final class RegistryStart {
  private RegistryStart() {}

  /** What the registry is called in log and health. */
  public static final String NAME = "the schema registry";

  /** Something that asks the registry. */
  @FunctionalInterface
  public interface Question {
    void ask();
  }

  /**
   * Asks until the registry answers.
   *
   * @throws RegistryUnavailableException when the patience is at its end
   * @throws InvalidSettingException when the registry refuses, which no waiting changes: wrong
   *     credentials, an incompatible schema, an address that is no registry's
   */
  public static void await(Patience patience, Outage outage, Question question)
      throws InterruptedException {
    try {
      Boolean unused =
          patience.await(
              outage,
              RegistryUnavailableException.class,
              () -> {
                question.ask();
                return true;
              },
              failure -> String.valueOf(failure.getMessage()));
    } catch (RegistryRefusedException
        | SchemaNotFoundException
        | UnusableSchemaException
        | ConfigException e) {
      throw new InvalidSettingException(
          "kafka.schema.registry.url", String.valueOf(e.getMessage()));
    }
  }
}
