package io.s2stream.ingest.publish;

/** Told what became of one stream's records, on any thread. */
public interface Acknowledgements {

  /**
   * The broker has this record.
   *
   * @param frames number of frames in the record; 0 for an end-of-stream mark
   * @param bytes size of the serialised value
   */
  void acknowledged(int frames, long bytes);

  /** So many frames of a live stream were dropped, as newer ones had to have their place. */
  default void overrun(int frames) {}

  /** A record of a live stream was refused for good, and its frames are lost. */
  default void refused(int frames, String why) {}
}
