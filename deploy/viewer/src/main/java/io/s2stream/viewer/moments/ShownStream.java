package io.s2stream.viewer.moments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.viewer.features.ChannelRange;
import io.s2stream.viewer.features.PatchFeatures;
import io.s2stream.viewer.features.PcaBasis;
import io.s2stream.viewer.features.PcaFit;
import io.s2stream.viewer.figures.StreamFigures;
import org.apache.kafka.common.TopicPartition;

/** One stream: its name, numbers, and the colours of its features. Thread-safe. */
public final class ShownStream {
  private static final int WINDOW = 8;
  private static final int MOST_BETWEEN_FITS = 64;

  private final int handle;
  private final String id;
  private final StreamFigures figures = new StreamFigures();
  private final Map<ChannelRange, Fit> fits = new HashMap<>(); // guarded by this
  private volatile TopicPartition partition;

  /** A basis, and after how many moments of the stream it was fitted. */
  private record Fit(PcaBasis basis, long at, PatchFeatures like) {}

  private long moments; // guarded by this

  ShownStream(int handle, String id, TopicPartition partition) {
    this.handle = handle;
    this.id = id;
    this.partition = partition;
  }

  /** Short name while this viewer runs. */
  public int handle() {
    return handle;
  }

  public String id() {
    return id;
  }

  /** Of the features topic, where its last record was. */
  public TopicPartition partition() {
    return partition;
  }

  void seenIn(TopicPartition newPartition) {
    partition = newPartition;
  }

  public StreamFigures figures() {
    return figures;
  }

  /** Says that there is one moment more. */
  synchronized void grew() {
    moments++;
  }

  /**
   * The colours of a moment, along axes that are fitted anew now and then and stay as near to the
   * last ones as they can.
   *
   * @param scale or {@link ChannelRange#ALL}
   * @param recent moments of this stream, oldest first
   * @throws IllegalArgumentException if there is no such scale
   */
  public synchronized byte[] colours(PatchFeatures features, int scale, List<Moment> recent) {
    ChannelRange range = features.range(scale);
    Fit fit = fits.get(range);
    if (fit == null || !fit.like().fits(features) || isDue(fit)) {
      boolean keep = fit != null && fit.like().fits(features);
      if (!keep) {
        fits.keySet().removeIf(old -> !old.equals(range) && scale == ChannelRange.ALL);
      }
      PcaBasis basis =
          PcaFit.fit(window(features, recent), range, keep && fit != null ? fit.basis() : null);
      fit = new Fit(basis, moments, features);
      fits.put(range, fit);
    }
    return fit.basis().colours(features, range);
  }

  /** Often at first, when little is known, then every {@link #MOST_BETWEEN_FITS} moments. */
  private boolean isDue(Fit fit) {
    return moments - fit.at() >= Math.min(MOST_BETWEEN_FITS, Math.max(1, fit.at()));
  }

  private static List<PatchFeatures> window(PatchFeatures features, List<Moment> recent) {
    List<PatchFeatures> window = new ArrayList<>(List.of(features));
    int step = Math.max(1, recent.size() / WINDOW);
    for (int i = recent.size() - 1; i >= 0 && window.size() < WINDOW; i -= step) {
      PatchFeatures patches = recent.get(i).patches();
      if (patches.fits(features) && patches.patches() == features.patches()) {
        window.add(patches);
      }
    }
    return window;
  }
}
