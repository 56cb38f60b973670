package io.s2stream.schemas.serde;

import java.util.Arrays;
import java.util.Map;

import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Under which subject a record's schema stands in the registry. Named as in Confluent's serdes,
 * whose class names are understood as well, so that one configuration serves both.
 */
enum SubjectStrategy {
  /** {@code <topic>-value}: one kind of record per topic; the default of all clients. */
  TopicNameStrategy {
    @Override
    String subject(String topic, boolean isKey, String record) {
      return topic + (isKey ? "-key" : "-value");
    }
  },
  /** The record's full name, whatever the topic. */
  RecordNameStrategy {
    @Override
    String subject(String topic, boolean isKey, String record) {
      return record;
    }
  },
  /** {@code <topic>-<record's full name>}: several kinds of records in one topic. */
  TopicRecordNameStrategy {
    @Override
    String subject(String topic, boolean isKey, String record) {
      return topic + "-" + record;
    }
  };

  /**
   * @param record full name of the record
   */
  abstract String subject(String topic, boolean isKey, String record);

  /**
   * Reads {@code value.subject.name.strategy} or {@code key.subject.name.strategy}.
   *
   * @throws ConfigException if it names none of these
   */
  static SubjectStrategy configured(Map<String, ?> configs, boolean isKey) {
    String setting = (isKey ? "key" : "value") + ".subject.name.strategy";
    @Nullable Object value = configs.get(setting);
    if (value == null) {
      return TopicNameStrategy;
    }
    String name = value instanceof Class<?> type ? type.getName() : value.toString().trim();
    String simple = name.substring(name.lastIndexOf('.') + 1);
    return Arrays.stream(values())
        .filter(strategy -> strategy.name().equals(simple))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    setting + ": " + name + " is not known; one of " + Arrays.toString(values())));
  }
}
