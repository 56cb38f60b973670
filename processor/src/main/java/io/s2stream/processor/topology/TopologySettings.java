package io.s2stream.processor.topology;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the topology needs to know of the configuration.
 *
 * @param maxInFlight records of this process under way at a time, at least 1
 * @param recordBytes heap that the largest record of the plan takes while it is under way; one that
 *     takes more counts as several
 * @param largestRecordBytes heap that a record may take; one that would take more is refused
 * @param instanceName of this process among those that run at the same time, the same after a
 *     restart; null if it has none
 * @param earlyCommitInterval least time between a commit and one that is made because nothing is
 *     under way; null: none is, since features can be read before
 * @param maxAge of frames, by their capture time, beyond which they are left out; null: none are
 * @param forwardTimeout longest time the device may finish nothing while a record waits for it;
 *     then its task fails and reads the record again
 * @param maxMessageBytes the largest message that the producer sends
 * @param deadLetterLogInterval one log line for each reason in this time
 */
public record TopologySettings(
    String framesTopic,
    String deadLetterTopic,
    int maxInFlight,
    long recordBytes,
    long largestRecordBytes,
    @Nullable String instanceName,
    @Nullable Duration earlyCommitInterval,
    @Nullable Duration maxAge,
    Duration forwardTimeout,
    String processorVersion,
    int maxMessageBytes,
    Duration deadLetterLogInterval) {}
