package io.s2stream.schemas.topics;

import io.s2stream.config.Setting;

/** What a service does about a topic that isn't there when it starts. */
public record TopicCreation(
    @Setting(
            value =
                "Create missing topics, with the limits the records need. If false, a missing topic ends the start with"
                    + " the command that creates it.",
            defaultValue = "true")
        boolean create,
    @Setting(
            value =
                "Partitions of a topic that is created; the most processors that can share its work. -1: the broker's"
                    + " default.",
            defaultValue = "12")
        int partitions,
    @Setting(
            value = "Replicas of a topic that is created. -1: the broker's default.",
            defaultValue = "-1")
        int replicationFactor) {

  public TopicCreation {
    if (partitions == 0 || partitions < -1) {
      throw new IllegalArgumentException(
          "partitions must be at least 1, or -1, found " + partitions);
    }
    if (replicationFactor == 0 || replicationFactor < -1) {
      throw new IllegalArgumentException(
          "replication-factor must be at least 1, or -1, found " + replicationFactor);
    }
  }

  /** What is needed of one topic. */
  public TopicSpec topic(String name, long recordBytes) {
    return new TopicSpec(name, recordBytes, partitions, replicationFactor, create);
  }
}
