package io.s2stream.ingest.libav;

import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;
import static io.s2stream.ingest.libav.Libav.check;

/**
 * One configured libavfilter graph: written as text, with at most one input and exactly one output.
 *
 * <p>Not thread-safe. The owner closes it, on the thread that uses it; frames taken from it stay
 * valid after that. Every other use after {@link #close} is an IllegalStateException.
 */
public final class FilterGraph implements AutoCloseable {

  private final AVFilterGraph graph;
  private final @Nullable AVFilterContext input;
  private final AVFilterContext output;

  private FilterGraph(
      AVFilterGraph graph, @Nullable AVFilterContext input, AVFilterContext output) {
    this.graph = graph;
    this.input = input;
    this.output = output;
  }

  /**
   * Makes a graph that is its own source, such as {@code testsrc2,format=yuv420p}.
   *
   * @throws LibavException if libavfilter refuses the text
   */
  public static FilterGraph source(String filters) {
    return build(filters + ",buffersink@out", false);
  }

  /**
   * Makes a graph fed by {@link #push}.
   *
   * @param bufferArguments the arguments of libavfilter's {@code buffer} source
   * @param filters the filters after it
   * @throws LibavException if libavfilter refuses the text
   */
  public static FilterGraph fed(String bufferArguments, String filters) {
    return build("buffer@in=" + bufferArguments + "," + filters + ",buffersink@out", true);
  }

  private static FilterGraph build(String text, boolean fed) {
    AVFilterGraph graph = allocated(avfilter.avfilter_graph_alloc(), "filter graph");
    try {
      // One thread: slices would not change the result, but per-stream threads add up.
      graph.nb_threads(1);
      String what = "build filter graph \"" + text + "\"";
      check(
          avfilter.avfilter_graph_parse_ptr(
              graph, text, (AVFilterInOut) null, (AVFilterInOut) null, null),
          what);
      check(avfilter.avfilter_graph_config(graph, null), what);
      AVFilterContext input =
          fed ? allocated(avfilter.avfilter_graph_get_filter(graph, "buffer@in"), what) : null;
      AVFilterContext output =
          allocated(avfilter.avfilter_graph_get_filter(graph, "buffersink@out"), what);
      return new FilterGraph(graph, input, output);
    } catch (RuntimeException e) {
      avfilter.avfilter_graph_free(graph);
      throw e;
    }
  }

  /** Feeds one frame, whose reference the graph takes over, or the end if {@code frame} is null. */
  public void push(@Nullable AVFrame frame) {
    checkOpen();
    check(avfilter.av_buffersrc_add_frame(fedInput(), frame), "feed filter graph");
  }

  /** Feeds one frame, of whose picture the graph takes a reference of its own. */
  public void pushKeeping(AVFrame frame) {
    checkOpen();
    check(
        avfilter.av_buffersrc_add_frame_flags(
            fedInput(), frame, avfilter.AV_BUFFERSRC_FLAG_KEEP_REF),
        "feed filter graph");
  }

  private AVFilterContext fedInput() {
    if (input == null) {
      throw new IllegalStateException("this graph is its own source");
    }
    return input;
  }

  /** Moves the next result into {@code frame}; returns false if there is none yet or any more. */
  public boolean pull(AVFrame frame) {
    checkOpen();
    int code = avfilter.av_buffersink_get_frame(output, frame);
    if (code == Libav.AGAIN || code == avutil.AVERROR_EOF) {
      return false;
    }
    check(code, "read from filter graph");
    return true;
  }

  /** Returns the unit of the results' timestamps. */
  public AVRational timeBase() {
    checkOpen();
    return avfilter.av_buffersink_get_time_base(output);
  }

  private void checkOpen() {
    if (graph.isNull()) {
      throw new IllegalStateException("the filter graph is closed");
    }
  }

  /** Frees the graph; the second and later calls do nothing. */
  @Override
  public void close() {
    if (!graph.isNull()) {
      avfilter.avfilter_graph_free(graph);
    }
  }
}
