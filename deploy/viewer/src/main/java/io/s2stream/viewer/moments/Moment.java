package io.s2stream.viewer.moments;

import io.s2stream.viewer.features.PatchFeatures;
import io.s2stream.viewer.subscribe.Place;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a stream that is or was shown. Thread-safe; only its picture comes later.
 *
 * <p>Holds what is cheap to hold. The exact features and pixels are read again where {@link
 * #features} and {@link #frames} say.
 */
public final class Moment {
  private final long index;
  private final long ptsMicros;
  private final long captureMicros;
  private final long arrivalMillis;
  private final float latency;
  private final float change;
  private final String tower;
  private final PatchFeatures patches;
  private final Place features;
  private final @Nullable Place frames;
  private volatile byte @Nullable [] picture; // JPEG
  private long counted; // guarded by the Moments it is in; 0: in none

  /**
   * @param index of the frame in its stream
   * @param latency seconds from capture to arrival; NaN if the record lay there before it was read
   * @param change 1 - cosine to the moment before, mean over all patches; NaN if there was none
   * @param tower sha256 of the tower: features of another can't be compared
   * @param features where the features came from
   * @param frames where the frame lies; null if the record doesn't say
   */
  public Moment(
      long index,
      long ptsMicros,
      long captureMicros,
      long arrivalMillis,
      float latency,
      float change,
      String tower,
      PatchFeatures patches,
      Place features,
      @Nullable Place frames) {
    this.index = index;
    this.ptsMicros = ptsMicros;
    this.captureMicros = captureMicros;
    this.arrivalMillis = arrivalMillis;
    this.latency = latency;
    this.change = change;
    this.tower = tower;
    this.patches = patches;
    this.features = features;
    this.frames = frames;
  }

  public long index() {
    return index;
  }

  public long ptsMicros() {
    return ptsMicros;
  }

  public long captureMicros() {
    return captureMicros;
  }

  public long arrivalMillis() {
    return arrivalMillis;
  }

  public float latency() {
    return latency;
  }

  public float change() {
    return change;
  }

  public String tower() {
    return tower;
  }

  public PatchFeatures patches() {
    return patches;
  }

  public Place features() {
    return features;
  }

  public @Nullable Place frames() {
    return frames;
  }

  /** Whether it is of this frame. A place says less: its topic may have been made again. */
  public boolean isOf(long frameIndex, long frameCaptureMicros) {
    return index == frameIndex && captureMicros == frameCaptureMicros;
  }

  /** The small picture, a JPEG; null as long as there is none. */
  public byte @Nullable [] picture() {
    return picture;
  }

  /** Sets the small picture. */
  void show(byte[] jpeg) {
    picture = jpeg;
  }

  /** Takes note of how much of the heap this takes now, and returns it. */
  long count() {
    counted = bytes();
    return counted;
  }

  long counted() {
    return counted;
  }

  void uncount() {
    counted = 0;
  }

  /** About how much of the heap this takes, with a picture. */
  long bytes() {
    byte[] jpeg = picture;
    return patches.bytes() + (jpeg == null ? Moments.PICTURE_BYTES : jpeg.length) + 256;
  }
}
