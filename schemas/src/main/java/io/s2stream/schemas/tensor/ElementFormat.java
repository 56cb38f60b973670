package io.s2stream.schemas.tensor;

import java.nio.ByteBuffer;

import io.s2stream.schemas.TensorType;

/** How one element of a tensor lies in little-endian bytes. */
enum ElementFormat {
  FLOAT32(Float.BYTES) {
    @Override
    float read(ByteBuffer data, int offset) {
      return data.getFloat(offset);
    }
  },
  FLOAT16(Short.BYTES) {
    @Override
    float read(ByteBuffer data, int offset) {
      return Float16.toFloat(data.getShort(offset));
    }
  },
  /** The upper half of a float32. */
  BFLOAT16(Short.BYTES) {
    @Override
    float read(ByteBuffer data, int offset) {
      return Float.intBitsToFloat(data.getShort(offset) << 16);
    }
  },
  /** Before its token's scale is applied. */
  INT8(Byte.BYTES) {
    @Override
    float read(ByteBuffer data, int offset) {
      return data.get(offset);
    }
  };

  private final int bytes;

  ElementFormat(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /**
   * Reads one element.
   *
   * @param data in little-endian order
   * @param offset in bytes, absolute
   */
  abstract float read(ByteBuffer data, int offset);

  static ElementFormat of(TensorType type) {
    return switch (type) {
      case FLOAT32 -> FLOAT32;
      case FLOAT16 -> FLOAT16;
      case BFLOAT16 -> BFLOAT16;
      case INT8 -> INT8;
      case UNKNOWN ->
          throw new IllegalArgumentException(
              "Element type UNKNOWN: the record was written by a later version; update the reader");
    };
  }
}
