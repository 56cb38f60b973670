package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the features of a whole video as one file, frame by frame. */
interface FeatureArchive {

  /**
   * Writes {@code features [B, N, C]}, {@code pts_micros [B]}, {@code index [B]} and the metadata.
   *
   * @param out buffered by the caller if need be; not closed
   */
  void write(FeatureSeries series, OutputStream out) throws IOException;
}
