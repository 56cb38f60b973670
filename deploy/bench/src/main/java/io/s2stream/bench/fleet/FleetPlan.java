package io.s2stream.bench.fleet;

/**
 * What is simulated.
 *
 * @param streams cameras, each with its own key
 * @param framesPerStream frames of each, sent in turns as cameras do
 * @param partitions of the frames and of the features topic
 * @param frameSide of a raw square frame, pixels
 * @param tokens features of a frame are {@code [tokens, channels]} float16
 * @param channels see tokens
 */
record FleetPlan(
    int streams, int framesPerStream, int partitions, int frameSide, int tokens, int channels) {

  int frames() {
    return Math.multiplyExact(streams, framesPerStream);
  }

  int frameBytes() {
    return 3 * frameSide * frameSide;
  }

  int featureBytes() {
    return 2 * tokens * channels;
  }

  String streamId(int stream) {
    return "cam-" + stream;
  }
}
