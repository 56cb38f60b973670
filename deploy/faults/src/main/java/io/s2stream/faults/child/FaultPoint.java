package io.s2stream.faults.child;

/** Where on the way of a frame a fault is put in. */
public enum FaultPoint {
  /**
   * On the decoding thread, where the extractor is asked for the features' layout, just before a
   * JPEG is decoded: an exception or an error of the JVM.
   */
  LAYOUT,
  /** In the forward of several records at once, which pass one by one. */
  BATCHING,
  /** In the forward: the heap is exhausted for real. */
  FORWARD,
  /** Where a serialised feature record is handed to Kafka: {@code send()} throws. */
  HANDOVER,
  /** Of offsets or of the transaction, before or after the broker has it. */
  COMMIT,
  /**
   * The producer gives a record up before it is in its buffer: callback and future say so, as when
   * it expired there.
   */
  SEND
}
