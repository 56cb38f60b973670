package io.s2stream.schemas.topics;

/**
 * A topic that passed {@link TopicPreflight}.
 *
 * @param topic its name
 * @param partitions how many partitions it has
 * @param maxMessageBytes the largest record batch it takes, in bytes
 * @param created whether the check made it
 */
public record CheckedTopic(String topic, int partitions, int maxMessageBytes, boolean created) {}
