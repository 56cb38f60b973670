package io.s2stream.cli.extract;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.cli.files.OutputFile;
import io.s2stream.cli.refusal.RefusedException;
import io.s2stream.ingest.source.Cancellation;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.LiveMode;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.processor.extract.ExtractionObserver;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.FrameRejectedException;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.tower.TowerLoadException;

/**
 * Extracts the features of one video into one file: decodes and samples as the ingest service does,
 * runs the forward as the processor does, keeps what is done in a part file, and makes the output
 * from it at the end.
 *
 * <p>In memory at a time are the frames of one forward, their features, and what the forward needs.
 */
public final class Extraction {
  /** As the processor's batch.max-frames; more frames at once are hardly faster. */
  private static final int MAX_FRAMES_PER_FORWARD = 8;

  /** Bound for the features of one forward, which exist as float32 and as the output's type. */
  private static final long MAX_FORWARD_BYTES = 256L << 20;

  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  private static final int COPY_BUFFER_BYTES = 1 << 20;

  private final ExtractionRequest request;
  private final Progress progress;
  private final Cancellation cancellation;
  private final ReadingReport report = new ReadingReport();
  private long frames;

  /**
   * @param cancellation ends it soon, so that it can be resumed
   */
  public Extraction(ExtractionRequest request, Progress progress, Cancellation cancellation) {
    this.request = request;
    this.progress = progress;
    this.cancellation = cancellation;
  }

  /** How an extraction ended. */
  public sealed interface Outcome {

    /**
     * The output is there.
     *
     * @param shape of the features, {@code [B, N, C]}
     * @param decoded frames that this run decoded
     * @param warnings what was wrong with the video
     */
    record Done(List<Long> shape, long decoded, List<String> warnings) implements Outcome {
      public Done {
        shape = List.copyOf(shape);
        warnings = List.copyOf(warnings);
      }
    }

    /** It was cancelled; the part file holds the features of this many frames. */
    record Stopped(long frames) implements Outcome {}
  }

  /**
   * Runs until the output is written or the cancellation is used.
   *
   * @throws RefusedException when options, tower, video or part file don't fit each other
   * @throws TowerLoadException when the tower can't be loaded
   * @throws SourceException when reading the video fails on the way
   * @throws IOException when the part file or the output can't be written
   */
  public Outcome run() throws RefusedException, TowerLoadException, SourceException, IOException {
    try (S2FeatureExtractor extractor =
        S2FeatureExtractor.load(
            request.tower(),
            request.s2(),
            request.pool(),
            request.dtype(),
            ExtractionObserver.NONE)) {
      ImageSize size = imageSize(extractor);
      FeatureLayout layout = extractor.layout(size.height(), size.width());
      int blocks = blocksPerForward(layout);
      PartHeader header =
          SourceFacts.header(request, extractor.tower(), layout, size, blocks * request.pool().t());
      try (PartFile part =
          PartFile.open(
              PartFile.of(request.output()),
              header,
              layout.bytesPerFrame(),
              blocks,
              request.restart())) {
        if (!extractAll(extractor, part, size, blocks)) {
          return new Outcome.Stopped(frames);
        }
        return finish(part, layout, header);
      }
    } catch (InvalidOptionsException e) {
      throw new RefusedException(e.problems());
    } catch (FrameRejectedException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
  }

  private ImageSize imageSize(S2FeatureExtractor extractor) {
    if (request.imageSize() != null) {
      return request.imageSize();
    }
    int height = 0;
    int width = 0;
    for (int[] size : extractor.nominalLayout().imageSizes()) {
      height = Math.max(height, size[0]);
      width = Math.max(width, size[1]);
    }
    return new ImageSize(height, width);
  }

  /** Whole blocks of frames, as a mean is taken on the device. */
  private static int blocksPerForward(FeatureLayout layout) {
    PoolConfig pool = layout.pool();
    // Before pooling, as that is what the forward makes; ends of the grid are rounded up.
    long frameBytes = 4L * layout.tokens() * pool.h() * pool.w() * layout.channels();
    long frames = Math.min(MAX_FRAMES_PER_FORWARD, MAX_FORWARD_BYTES / frameBytes);
    return (int) Math.max(1, frames / pool.t());
  }

  /** Returns false when it was cancelled. */
  private boolean extractAll(
      S2FeatureExtractor extractor, PartFile part, ImageSize size, int blocks)
      throws SourceException, IOException, RefusedException {
    // A part of a remote video that doesn't come must not block for ever.
    Duration stall = request.video().localPath().isPresent() ? Duration.ZERO : STALL_TIMEOUT;
    ReaderOptions options =
        ReaderOptions.of(size, request.fps()).withLive(LiveMode.FALSE).withStallTimeout(stall);
    try (VideoReader reader = VideoReader.open(request.video(), options, report, cancellation)) {
      if (part.entries() > 0) {
        skip(reader, part);
        progress.say("going on after " + frames + " frames of an earlier run");
      }
      progress.start(frames);
      ByteBuffer records = part.records(blocks);
      List<List<VideoFrame>> next = read(reader, blocks);
      while (!next.isEmpty() && !cancellation.isCancelled()) {
        forward(extractor, next, records, part);
        part.append(records, next.stream().map(block -> block.get(0).ptsMicros()).toList());
        next.forEach(block -> frames += block.size());
        progress.update(done(reader, next), frames);
        next = read(reader, blocks);
      }
      return !cancellation.isCancelled();
    } catch (SourceException e) {
      if (cancellation.isCancelled()) {
        return false;
      }
      throw e;
    }
  }

  /** Passes over the frames that are done, and checks that they are the same ones. */
  private void skip(VideoReader reader, PartFile part)
      throws SourceException, IOException, RefusedException {
    for (long i = 0; i < part.entries(); i++) {
      List<VideoFrame> block = readBlock(reader);
      if (block.isEmpty() || block.get(0).ptsMicros() != part.ptsMicros(i)) {
        throw new RefusedException(
            request.video()
                + " no longer gives the frames of the earlier run (frame "
                + frames
                + " differs); begin anew with --restart");
      }
      frames += block.size();
    }
  }

  /** Blocks of frames that become one entry each, fewer than {@code max} at the video's end. */
  private List<List<VideoFrame>> read(VideoReader reader, int max) throws SourceException {
    List<List<VideoFrame>> blocks = new ArrayList<>();
    while (blocks.size() < max) {
      List<VideoFrame> block = readBlock(reader);
      if (block.isEmpty()) {
        return blocks;
      }
      blocks.add(block);
    }
    return blocks;
  }

  /** Fewer frames than {@code pool.t} only at the video's end. */
  private List<VideoFrame> readBlock(VideoReader reader) throws SourceException {
    List<VideoFrame> block = new ArrayList<>();
    while (block.size() < request.pool().t()) {
      VideoFrame frame = reader.next();
      if (frame == null) {
        return block;
      }
      block.add(frame);
    }
    return block;
  }

  private static void forward(
      S2FeatureExtractor extractor,
      List<List<VideoFrame>> blocks,
      ByteBuffer records,
      PartFile part) {
    List<FrameBlock> wanted = new ArrayList<>();
    for (List<VideoFrame> block : blocks) {
      List<RgbFrame> pictures = block.stream().map(Extraction::picture).toList();
      wanted.add(new FrameBlock(pictures, part.slot(records, wanted.size())));
    }
    extractor.extract(wanted);
  }

  private static RgbFrame picture(VideoFrame frame) {
    return new RgbFrame(frame.size().height(), frame.size().width(), ByteBuffer.wrap(frame.rgb()));
  }

  private static double done(VideoReader reader, List<List<VideoFrame>> blocks) {
    double total = reader.declaredMicros();
    List<VideoFrame> block = blocks.get(blocks.size() - 1);
    long last = block.get(block.size() - 1).ptsMicros();
    return total > 0 ? Math.max(0, Math.min(1, last / total)) : Double.NaN;
  }

  private Outcome finish(PartFile part, FeatureLayout layout, PartHeader header)
      throws RefusedException, IOException {
    if (part.entries() == 0) {
      part.delete();
      throw new RefusedException(request.video() + " has no frames that can be decoded");
    }
    progress.update(1, frames);
    Map<String, String> metadata = new LinkedHashMap<>(header.facts());
    metadata.put("grid", layout.gridHeight() + "x" + layout.gridWidth());
    metadata.put("prefix tokens", Integer.toString(layout.prefixTokens()));
    FeatureSeries series = new PartSeries(part, layout, metadata);
    FeatureArchive archive = ArchiveFormat.of(request.output()).orElseThrow().archive();
    new OutputFile(request.output())
        .write(
            channel -> {
              OutputStream out =
                  new BufferedOutputStream(Channels.newOutputStream(channel), COPY_BUFFER_BYTES);
              archive.write(series, out);
              out.flush();
            });
    part.delete();
    List<Long> shape = new ArrayList<>();
    for (long axis : series.shape()) {
      shape.add(axis);
    }
    return new Outcome.Done(shape, report.decoded(), report.warnings());
  }
}
