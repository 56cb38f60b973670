package io.s2stream.local.demo;

import java.nio.file.Path;
import java.util.List;

import io.s2stream.processor.Guarantee;
import org.jspecify.annotations.Nullable;

/**
 * What the demo runs.
 *
 * @param videos files or URLs; none: a clip the demo makes itself
 * @param fps frames per second to sample, above 0
 * @param modelDir directory of the vision tower
 * @param guarantee delivery guarantee of the processor
 * @param keep stay up after the files are done, until told to stop
 * @param viewerPort loopback port of the viewer; if it is taken, any free one; null: no viewer
 */
public record DemoOptions(
    List<String> videos,
    double fps,
    Path modelDir,
    Guarantee guarantee,
    boolean keep,
    @Nullable Integer viewerPort) {

  public DemoOptions {
    videos = List.copyOf(videos);
  }
}
