package io.s2stream.ingest.source;

import java.util.function.Function;

import io.s2stream.ingest.libav.FilterGraph;
import io.s2stream.ingest.libav.LibavException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * A libavfilter graph that gives one packed picture for each, and is rebuilt when the pictures
 * change. Not thread-safe; owns the graph.
 */
final class PictureGraph implements AutoCloseable {

  private final Function<Picture, String> filters;
  private final int bytesPerPixel;
  private final AVFrame result = allocated(avutil.av_frame_alloc(), "frame");
  private @Nullable FilterGraph graph;
  private @Nullable Picture current;

  /**
   * @param filters text of the filters for such pictures, ending in a packed format
   * @param bytesPerPixel of that format
   */
  PictureGraph(Function<Picture, String> filters, int bytesPerPixel) {
    this.filters = filters;
    this.bytesPerPixel = bytesPerPixel;
  }

  /**
   * Sends one picture through the graph; the caller keeps its frame.
   *
   * @param picture describes {@code frame}
   * @param spare written to and returned if it has the right length
   * @return the result's pixels, row by row, without padding
   * @throws LibavException if libav can't convert such pictures
   */
  byte[] run(AVFrame frame, Picture picture, byte @Nullable [] spare) {
    try {
      FilterGraph built = graph;
      if (built == null || !picture.equals(current)) {
        closeGraph();
        built = FilterGraph.fed(picture.bufferArguments(), filters.apply(picture));
        graph = built;
        current = picture;
      }
      built.pushKeeping(frame);
      if (!built.pull(result)) {
        throw new IllegalStateException("the graph kept a frame back: " + picture);
      }
    } catch (LibavException e) {
      closeGraph();
      LibavException inWords =
          new LibavException("convert a picture (" + picture.inWords() + ")", e.code());
      inWords.initCause(e);
      throw inWords;
    }
    try {
      return packed(spare);
    } finally {
      avutil.av_frame_unref(result);
    }
  }

  private byte[] packed(byte @Nullable [] spare) {
    int rowBytes = bytesPerPixel * result.width();
    int stride = result.linesize(0);
    int length = rowBytes * result.height();
    byte[] bytes = spare != null && spare.length == length ? spare : new byte[length];
    BytePointer pixels = result.data(0);
    if (stride == rowBytes) {
      pixels.get(bytes);
      return bytes;
    }
    for (int row = 0; row < result.height(); row++) {
      pixels.position((long) row * stride).get(bytes, row * rowBytes, rowBytes);
    }
    return bytes;
  }

  private void closeGraph() {
    if (graph != null) {
      graph.close();
      graph = null;
    }
  }

  @Override
  public void close() {
    closeGraph();
    avutil.av_frame_free(result);
  }
}
