package io.s2stream.ingest.publish;

import io.s2stream.schemas.FrameBatch;

/** Where one stream's records go, in order. Used by the stream's thread. */
public interface Outlet {

  /**
   * Takes a record, which belongs to this outlet from now on.
   *
   * @throws PublishException if this or an earlier record could not be sent and the stream must end
   */
  void publish(FrameBatch batch) throws PublishException;

  /**
   * Waits until every record taken is acknowledged or, if this outlet drops, dropped.
   *
   * @throws PublishException if one could not be sent and the stream must end
   */
  void awaitAcknowledged() throws PublishException, InterruptedException;
}
