package io.s2stream.schemas.registry;

import org.apache.avro.Schema;

/**
 * A schema as a registry knows it.
 *
 * @param id the number that stands for it in messages
 */
public record RegisteredSchema(int id, Schema schema) {}
