package io.s2stream.schemas.serde;

/**
 * Confluent's wire format: one byte 0, the schema's id as 4 bytes big endian, then the record in
 * Avro's binary encoding.
 */
final class WireFormat {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 5;

  private WireFormat() {}
}
