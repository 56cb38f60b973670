/**
 * The Kafka Streams topology: in-order processing with many frames in flight, and the safety of its
 * commits.
 */
@NullMarked
package io.s2stream.processor.topology;

import org.jspecify.annotations.NullMarked;
