package io.s2stream.processor;

import io.s2stream.schemas.TensorType;

/** Element types that features can be written in. */
public enum Dtype {
  FLOAT16(TensorType.FLOAT16),
  FLOAT32(TensorType.FLOAT32),
  BFLOAT16(TensorType.BFLOAT16),
  INT8(TensorType.INT8);

  private final TensorType onTheWire;

  Dtype(TensorType onTheWire) {
    this.onTheWire = onTheWire;
  }

  TensorType onTheWire() {
    return onTheWire;
  }
}
