/** The ingest service: video streams in, frame batches on Kafka out. */
@NullMarked
package io.s2stream.ingest;

import org.jspecify.annotations.NullMarked;
