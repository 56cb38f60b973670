package io.s2stream.ingest.publish;

/** Told what became of one stream's records, on any thread. */
public interface Acknowledgements {

  /** The broker has this record. */
  void acknowledged(Acknowledgement record);

  /** So many frames of a live stream were dropped, as newer ones had to have their place. */
  default void overrun(int frames) {}

  /** A record of a live stream was refused for good, and its frames are lost. */
  default void refused(int frames, String why) {}
}
