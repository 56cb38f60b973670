/** Kafka serdes for the contract's records in Confluent's wire format. */
@NullMarked
package io.s2stream.schemas.serde;

import org.jspecify.annotations.NullMarked;
