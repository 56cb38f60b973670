package io.s2stream.schemas.topics;

import java.util.Locale;

/**
 * The texts of {@link TopicException}: what was found, what was needed, the command that mends it.
 */
final class TopicMessages {

  private TopicMessages() {}

  static String tooSmall(TopicSpec spec, long found, String servers) {
    return String.format(
        Locale.ROOT,
        "topic '%s' takes messages of up to %,d bytes (max.message.bytes), but the largest record"
            + " needs %,d bytes. Raise the limit and start again:%n"
            + "  kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name"
            + " %s --add-config max.message.bytes=%d",
        spec.topic(),
        found,
        spec.neededMessageBytes(),
        servers,
        spec.topic(),
        spec.limitToSet());
  }

  static String missing(TopicSpec spec, String servers) {
    StringBuilder command = new StringBuilder("kafka-topics.sh --bootstrap-server ");
    command.append(servers).append(" --create --topic ").append(spec.topic());
    if (spec.partitions() > 0) {
      command.append(" --partitions ").append(spec.partitions());
    }
    if (spec.replicationFactor() > 0) {
      command.append(" --replication-factor ").append(spec.replicationFactor());
    }
    spec.properties()
        .forEach(
            (name, value) -> command.append(" --config ").append(name).append('=').append(value));
    return String.format(
        Locale.ROOT,
        "topic '%s' does not exist on %s. Create it and start again:%n  %s",
        spec.topic(),
        servers,
        command);
  }

  static String unreachable(String servers, String reason) {
    return "no Kafka broker answers at "
        + servers
        + " ("
        + reason
        + "). Check that the broker runs, that kafka.bootstrap.servers and kafka.security.protocol"
        + " fit its listener, and that the network lets this host through";
  }

  static String refused(String what, String servers, Throwable reason) {
    return String.format(
        Locale.ROOT,
        "the broker at %s refused to %s: %s: %s",
        servers,
        what,
        reason.getClass().getSimpleName(),
        reason.getMessage());
  }
}
