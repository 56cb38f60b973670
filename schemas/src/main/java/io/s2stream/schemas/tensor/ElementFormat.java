package io.s2stream.schemas.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.s2stream.schemas.TensorType;

/** How one element of a tensor lies in little-endian bytes. */
enum ElementFormat {
  FLOAT32(Float.BYTES) {
    @Override
    float read(ByteBuffer data, int offset) {
      return data.getFloat(offset);
    }

    @Override
    void read(ByteBuffer data, int offset, float[] target, int at, int count) {
      part(data, offset, count).asFloatBuffer().get(target, at, count);
    }
  },
  FLOAT16(Short.BYTES) {
    @Override
    float read(ByteBuffer data, int offset) {
      return Float16.toFloat(data.getShort(offset));
    }

    @Override
    void read(ByteBuffer data, int offset, float[] target, int at, int count) {
      short[] bits = new short[count];
      part(data, offset, count).asShortBuffer().get(bits);
      for (int i = 0; i < count; i++) {
        target[at + i] = Float16.toFloat(bits[i]);
      }
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

  /**
   * Reads elements that lie one after the other; bytes are taken over at once, which is several
   * times as quick as one by one.
   *
   * @param data in little-endian order
   * @param offset of the first in bytes, absolute
   * @param at where in the target the first goes
   */
  void read(ByteBuffer data, int offset, float[] target, int at, int count) {
    for (int i = 0; i < count; i++) {
      target[at + i] = read(data, offset + i * bytes);
    }
  }

  ByteBuffer part(ByteBuffer data, int offset, int count) {
    return data.slice(offset, count * bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

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
