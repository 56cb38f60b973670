package io.s2stream.processor.topology;

import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.serde.UnreadableMessageException;
import org.apache.kafka.common.errors.SerializationException;

/** Names the reason why a message of the frames topic can't be read. */
final class UnreadableFrames {
  private UnreadableFrames() {}

  /**
   * @param e of whichever deserializer is configured; one that isn't ours tells no more than that
   */
  static FrameFaultException fault(SerializationException e) {
    FaultReason reason = FaultReason.UNDECODABLE;
    if (e instanceof UnreadableMessageException unreadable) {
      reason =
          switch (unreadable.problem()) {
            case WRONG_MAGIC -> FaultReason.WRONG_MAGIC;
            case UNKNOWN_SCHEMA -> FaultReason.UNKNOWN_SCHEMA;
            case SCHEMA_MISMATCH -> FaultReason.SCHEMA_MISMATCH;
            case DAMAGED -> FaultReason.UNDECODABLE;
          };
    }
    return new FrameFaultException(reason, String.valueOf(e.getMessage()), e);
  }
}
