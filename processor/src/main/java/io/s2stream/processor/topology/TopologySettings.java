package io.s2stream.processor.topology;

import java.time.Duration;

/**
 * What the topology needs to know of the configuration.
 *
 * @param maxInFlight records of one partition under way at a time, at least 1
 * @param forwardTimeout longest wait for the features of one record before its task fails and reads
 *     it again
 */
public record TopologySettings(
    String framesTopic,
    String featuresTopic,
    String deadLetterTopic,
    int maxInFlight,
    Duration forwardTimeout,
    String processorVersion) {}
