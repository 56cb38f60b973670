package io.s2stream.processor.topology;

import java.time.Duration;

/**
 * What the topology needs to know of the configuration.
 *
 * @param maxInFlight records of this process under way at a time, at least 1
 * @param forwardTimeout longest time the device may finish nothing while a record waits for it;
 *     then its task fails and reads the record again
 */
public record TopologySettings(
    String framesTopic,
    String featuresTopic,
    String deadLetterTopic,
    int maxInFlight,
    Duration forwardTimeout,
    String processorVersion) {}
