package io.s2stream.schemas.topics;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
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
    List<Problem> problems = new ArrayList<>();
    if (partitions < 1 && partitions != -1) {
      problems.add(new Problem("partitions", partitions + ": expected at least 1, or -1"));
    }
    if ((replicationFactor < 1 && replicationFactor != -1) || replicationFactor > Short.MAX_VALUE) {
      problems.add(
          new Problem("replication-factor", replicationFactor + ": expected at least 1, or -1"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  /** What is needed of one topic. */
  public TopicSpec topic(String name, long recordBytes) {
    return new TopicSpec(name, recordBytes, partitions, replicationFactor, create);
  }
}
