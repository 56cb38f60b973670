/** Groups frames into records and sends them to Kafka. */
@NullMarked
package io.s2stream.ingest.publish;

import org.jspecify.annotations.NullMarked;
