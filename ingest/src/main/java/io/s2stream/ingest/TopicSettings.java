package io.s2stream.ingest;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;

/** The section {@code topics}: what to do about a missing frames topic. */
public record TopicSettings(
    @Setting(value = "Whether to create the frames topic if it is missing.", defaultValue = "true")
        boolean create,
    @Setting(
            value = "Partitions of a created topic; -1: the broker's default.",
            defaultValue = "-1")
        int partitions,
    @Setting(value = "Replicas of a created topic; -1: the broker's default.", defaultValue = "-1")
        int replicationFactor) {

  public TopicSettings {
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
}
