package io.s2stream.faults.frames;

/**
 * Which frames a trial sends: as many of each stream, taking turns.
 *
 * @param frames of all streams together; a whole number per stream
 * @param streams number of streams; stream n goes to partition n mod partitions
 * @param partitions of the frames topic
 * @param framesPerRecord most frames in one message; the sizes vary from 1 to this
 * @param jpeg whether frames are JPEGs, which the processor decodes, or raw
 */
public record FramePlan(
    long frames, int streams, int partitions, int framesPerRecord, boolean jpeg) {

  public FramePlan {
    if (frames % streams != 0) {
      throw new IllegalArgumentException(
          frames + " frames are no whole number for each of " + streams + " streams");
    }
  }

  /** Raw frames, one to a message, as many streams as partitions. */
  public static FramePlan raw(long frames, int partitions) {
    return new FramePlan(frames, partitions, partitions, 1, false);
  }

  /** Number of frames of each stream. */
  public int framesPerStream() {
    return Math.toIntExact(frames / streams);
  }

  /** Stream id, and key of its messages. */
  public static String streamId(int stream) {
    return "cam-" + stream;
  }
}
