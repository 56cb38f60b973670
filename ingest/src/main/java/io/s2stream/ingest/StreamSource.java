package io.s2stream.ingest;

/**
 * One stream to read.
 *
 * @param settings of this stream alone: its id, and the one file or URL it comes from
 * @param entry id of the entry of {@code streams} that it came from, which all files of a folder
 *     share: the tag of its meters, so that a folder of thousands makes no thousands of meters
 */
record StreamSource(StreamSettings settings, String entry) {

  String id() {
    return settings.id();
  }

  boolean isFile() {
    return settings.source().localPath().isPresent();
  }
}
