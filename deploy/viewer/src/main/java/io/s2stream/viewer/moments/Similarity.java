package io.s2stream.viewer.moments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.s2stream.viewer.features.ChannelRange;
import io.s2stream.viewer.features.PatchFeatures;

/** Where else something is seen: cosines between one patch and all patches of frames. */
public final class Similarity {
  private static final int MAX_STREAMS = 12;

  /**
   * One frame in the light of a patch.
   *
   * @param cosines of all patches of this frame, row by row
   * @param best the patch that is most like it
   */
  public record Found(int stream, Moment moment, float[] cosines, int best) {}

  private final PatchFeatures features;
  private final int patch;
  private final String tower;
  private final ChannelRange range;

  /**
   * @param patch 0 … h * w - 1
   * @throws IllegalArgumentException if there is no such patch or scale
   */
  public Similarity(Moment moment, int patch, int scale) {
    this.features = moment.patches();
    if (patch < 0 || patch >= features.patches()) {
      throw new IllegalArgumentException(
          "patch " + patch + ": expected 0 to " + (features.patches() - 1));
    }
    this.patch = patch;
    this.tower = moment.tower();
    this.range = features.range(scale);
  }

  /** In one frame, which may be that of the patch. */
  public Found in(int stream, Moment moment) {
    float[] cosines = new float[moment.patches().patches()];
    int best = 0;
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = features.cosine(patch, moment.patches(), i, range);
      best = cosines[i] > cosines[best] ? i : best;
    }
    return new Found(stream, moment, cosines, best);
  }

  /** In each of these frames that can be compared, in their order. */
  public List<Found> in(int stream, List<Moment> moments) {
    return moments.stream().filter(this::isComparable).map(moment -> in(stream, moment)).toList();
  }

  /**
   * In the newest frame of other streams, the most similar first, a few.
   *
   * @param newest by stream
   * @param except stream of the patch
   */
  public List<Found> elsewhere(Map<Integer, Moment> newest, int except) {
    List<Found> found = new ArrayList<>();
    newest.forEach(
        (stream, moment) -> {
          if (stream != except && isComparable(moment)) {
            found.add(in(stream, moment));
          }
        });
    found.sort(Comparator.comparingDouble(f -> -f.cosines()[f.best()]));
    return List.copyOf(found.subList(0, Math.min(MAX_STREAMS, found.size())));
  }

  private boolean isComparable(Moment moment) {
    return moment.tower().equals(tower) && moment.patches().fits(features);
  }
}
