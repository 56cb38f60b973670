package io.s2stream.ingest.synthetic;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Describes a clip made with libavfilter's own sources and really encoded, so that decoding it is
 * decoding any video.
 *
 * <p>Immutable; every {@code with…} method returns a changed copy. The same description gives the
 * same frames each time.
 *
 * @param width pixels; most encoders need even numbers
 * @param height pixels
 * @param rateNumerator frames per second is {@code rateNumerator / rateDenominator}
 * @param rateDenominator see {@code rateNumerator}
 * @param duration how much is encoded
 * @param scene a libavfilter source graph that gives frames of that size and rate
 * @param encoder libavcodec's name of an encoder; libopenh264 writes H.264
 * @param pixelFormat libavutil's name of the encoded pixel format
 * @param colourTags what the clip says of its colours
 * @param rotationDegrees clockwise rotation a player must apply, as phones write it; multiples of
 *     90
 */
public record SyntheticClip(
    int width,
    int height,
    int rateNumerator,
    int rateDenominator,
    Duration duration,
    String scene,
    String encoder,
    String pixelFormat,
    ColourTags colourTags,
    int rotationDegrees) {

  /** What a clip's metadata says of its colours; independent of how its pixels were made. */
  public enum ColourTags {
    /** Nothing, as many encoders do. */
    NONE,
    BT601_LIMITED,
    BT601_FULL,
    BT709_LIMITED,
    BT709_FULL,
    /** BT.2020, non-constant luminance, standard dynamic range. */
    BT2020_LIMITED,
    BT2020_FULL,
    /** BT.2100 with the PQ curve, limited range. */
    PQ,
    /** BT.2100 with the HLG curve, limited range. */
    HLG
  }

  public SyntheticClip {
    if (width < 16 || height < 16) {
      throw new IllegalArgumentException(
          "size " + width + "x" + height + ": expected at least 16x16");
    }
    if (rateNumerator < 1 || rateDenominator < 1) {
      throw new IllegalArgumentException(
          "frame rate " + rateNumerator + "/" + rateDenominator + ": expected positive numbers");
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("duration " + duration + ": expected more than 0");
    }
    if (rotationDegrees % 90 != 0) {
      throw new IllegalArgumentException(
          "rotation " + rotationDegrees + ": expected a multiple of 90 degrees");
    }
  }

  /** Returns an H.264 clip of a moving, detailed scene, tagged BT.709, limited range. */
  public static SyntheticClip of(int width, int height, int fps, Duration duration) {
    return new SyntheticClip(
        width,
        height,
        fps,
        1,
        duration,
        movingScene(width, height, fps, 1),
        "libopenh264",
        "yuv420p",
        ColourTags.BT709_LIMITED,
        0);
  }

  /** Returns a copy with this frame rate, its scene the moving one at that rate. */
  public SyntheticClip withRate(int numerator, int denominator) {
    Draft draft = new Draft(this);
    draft.rateNumerator = numerator;
    draft.rateDenominator = denominator;
    draft.scene = movingScene(width, height, numerator, denominator);
    return draft.clip();
  }

  /** Returns a copy showing this libavfilter source graph. */
  public SyntheticClip withScene(String newScene) {
    Draft draft = new Draft(this);
    draft.scene = newScene;
    return draft.clip();
  }

  /** Returns a copy encoded by another encoder, such as the lossless {@code ffv1}. */
  public SyntheticClip withEncoder(String newEncoder, String newPixelFormat) {
    Draft draft = new Draft(this);
    draft.encoder = newEncoder;
    draft.pixelFormat = newPixelFormat;
    return draft.clip();
  }

  /** Returns a copy with these tags; the pixels stay as they are. */
  public SyntheticClip withColourTags(ColourTags newTags) {
    Draft draft = new Draft(this);
    draft.colourTags = newTags;
    return draft.clip();
  }

  /** Returns a copy that asks players to rotate it clockwise. */
  public SyntheticClip withRotation(int degrees) {
    Draft draft = new Draft(this);
    draft.rotationDegrees = degrees;
    return draft.clip();
  }

  /** A description under change. */
  private static final class Draft {
    private final SyntheticClip base;
    private int rateNumerator;
    private int rateDenominator;
    private String scene;
    private String encoder;
    private String pixelFormat;
    private ColourTags colourTags;
    private int rotationDegrees;

    Draft(SyntheticClip base) {
      this.base = base;
      this.rateNumerator = base.rateNumerator;
      this.rateDenominator = base.rateDenominator;
      this.scene = base.scene;
      this.encoder = base.encoder;
      this.pixelFormat = base.pixelFormat;
      this.colourTags = base.colourTags;
      this.rotationDegrees = base.rotationDegrees;
    }

    SyntheticClip clip() {
      return new SyntheticClip(
          base.width,
          base.height,
          rateNumerator,
          rateDenominator,
          base.duration,
          scene,
          encoder,
          pixelFormat,
          colourTags,
          rotationDegrees);
    }
  }

  /**
   * Makes the clip. The file's ending chooses the container ({@code .mp4}, {@code .mkv}, …); an
   * existing file is replaced.
   *
   * @return the number of frames written
   * @throws io.s2stream.ingest.libav.LibavException if libav can't make it, for example because the
   *     folder does not exist or the encoder is unknown
   */
  public int write(Path file) {
    try (ClipEncoder clipEncoder = new ClipEncoder(this, file)) {
      return clipEncoder.run();
    }
  }

  /** A test chart with a running clock, a cellular automaton scrolling through it. */
  private static String movingScene(int width, int height, int numerator, int denominator) {
    String rate = numerator + "/" + denominator;
    return String.format(
        Locale.ROOT,
        "testsrc2=size=%dx%d:rate=%s,format=yuv420p[chart];"
            + "cellauto=size=%dx%d:rate=%s:rule=110:random_seed=7:full=1,format=yuv420p[cells];"
            + "[chart][cells]overlay=x=main_w-overlay_w-16:y=(main_h-overlay_h)/2",
        width,
        height,
        rate,
        even(width / 3),
        even(height / 3),
        rate);
  }

  private static int even(int size) {
    return Math.max(8, size - size % 2);
  }
}
