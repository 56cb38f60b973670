/** Remembers in Kafka where each stream's frames ended, so that the next run goes on there. */
@NullMarked
package io.s2stream.ingest.place;

import org.jspecify.annotations.NullMarked;
