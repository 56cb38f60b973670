package io.s2stream.local.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoReader;

/** The videos of a demo: looked at before anything is started, and given stream ids. */
final class DemoSources {
  private static final int MAX_ID_LENGTH = 40;
  private static final long LIVE_RETENTION_BYTES = 1L << 30; // per partition

  private DemoSources() {}

  /**
   * Opens each local file once, so that a wrong one is refused at once. Live sources are left to
   * ingest, which waits for them.
   *
   * @throws SourceException if a file is missing or no video
   */
  static void check(List<String> videos, double fps) throws SourceException {
    for (String video : videos) {
      SourceUri uri = new SourceUri(video);
      if (uri.localPath().isPresent()) {
        VideoReader.open(uri, ReaderOptions.of(new ImageSize(16, 16), fps)).close();
      }
    }
  }

  /**
   * Broker properties for these videos. Live sources never end, so old records must go or they fill
   * the disk; files may be decoded much faster than processed, so all of theirs must stay.
   */
  static Map<String, String> retention(List<String> videos) {
    boolean live =
        !videos.isEmpty() && videos.stream().allMatch(v -> new SourceUri(v).isLiveScheme());
    return live
        ? Map.of(
            "log.retention.bytes", Long.toString(LIVE_RETENTION_BYTES),
            "log.segment.bytes", Long.toString(LIVE_RETENTION_BYTES / 4),
            "log.retention.check.interval.ms", "10000")
        : Map.of();
  }

  /** Stream ids in the order of the videos: file names in the letters that ids may have. */
  static Map<String, String> byStreamId(List<String> videos) {
    Map<String, String> byId = new LinkedHashMap<>();
    for (String video : videos) {
      String base = idOf(video);
      String id = base;
      for (int copy = 2; byId.containsKey(id); copy++) {
        id = base + "-" + copy;
      }
      byId.put(id, video);
    }
    return byId;
  }

  private static String idOf(String video) {
    Optional<String> file = new SourceUri(video).localPath().map(p -> "" + p.getFileName());
    // Neither credentials nor query parameters of a URL belong into an id.
    String name =
        file.orElseGet(() -> video.replaceAll("[?#].*", "").replaceAll("^[^:]+://([^/]*@)?", ""));
    String id =
        name.replaceAll("\\.[A-Za-z0-9]{1,5}$", "")
            .replaceAll("[^A-Za-z0-9._-]+", "-")
            .replaceAll("^-+|-+$", "");
    String fit = id.length() > MAX_ID_LENGTH ? id.substring(0, MAX_ID_LENGTH) : id;
    return fit.isEmpty() ? "video" : fit;
  }
}
