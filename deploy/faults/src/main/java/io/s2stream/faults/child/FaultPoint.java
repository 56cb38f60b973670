package io.s2stream.faults.child;

/** Where on the way of a frame a fault is put in. */
public enum FaultPoint {
  /** On the decoding thread, before a JPEG is decoded: an exception or an error of the JVM. */
  DECODE,
  /** In the forward of several records at once, which pass one by one. */
  BATCHING,
  /** In the forward: the heap is exhausted for real. */
  FORWARD,
  /** While a feature record is being handed to Kafka: the producer can't serialise it. */
  SERIALISATION,
  /** Of offsets or of the transaction, before or after the broker has it. */
  COMMIT,
  /** The producer gives a record up, as when it expired in its buffer. */
  SEND
}
