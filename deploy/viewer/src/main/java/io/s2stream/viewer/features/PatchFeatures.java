package io.s2stream.viewer.features;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

/**
 * The patch features of one frame, {@code [h * w, C]}, as int8 with one scale per patch: half of
 * float16, close enough to look at (a cosine is off by less than 0.005). Prefix tokens are left
 * out. Immutable and thread-safe.
 */
public final class PatchFeatures {
  private static final int STEPS = 127;
  private static final int SIZE_BITS = 0x7fffffff;
  private static final int INFINITY_BITS = 0x7f800000;
  private static final int HALF_SIZE_BITS = 0x7fff;
  private static final int HALF_INFINITY_BITS = 0x7c00;
  private static final int SMALL_HALF_BITS = 0x2000; // 2^-7: below, quotients would be too large
  private static final int HALF_IN_FLOAT = 0x8fffe000; // sign, exponent and fraction
  private static final float HALF_BIAS = 0x1p112f; // 2^(127 - 15)

  private final int height;
  private final int width;
  private final int channels;
  private final int scaleCount;
  private final byte[] steps; // [h * w, C]
  private final float[] sizes; // [h * w]: value = step * size
  private final int[] squares; // [h * w]: sum of step * step, which fits up to 133,000 channels

  private PatchFeatures(int height, int width, int channels, int scaleCount) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.scaleCount = scaleCount;
    this.steps = new byte[Math.multiplyExact(height * width, channels)];
    this.sizes = new float[height * width];
    this.squares = new int[height * width];
  }

  /**
   * Takes one entry of a record: a frame, or frames that were pooled.
   *
   * @param entry below the record's B
   * @throws IllegalArgumentException if the record doesn't fit itself, or has no patch grid
   */
  public static PatchFeatures of(FeatureRecord record, FeatureTensor tensor, int entry) {
    int prefix = record.getPrefixTokens();
    if (record.getGrid().size() != 2
        || record.getGrid().get(0) < 1
        || record.getGrid().get(1) < 1
        || prefix < 0
        || (long) record.getGrid().get(0) * record.getGrid().get(1) + prefix != tensor.tokens()) {
      throw new IllegalArgumentException(
          "stream %s: grid %s and %d prefix tokens don't make %d tokens"
              .formatted(record.getStreamId(), record.getGrid(), prefix, tensor.tokens()));
    }
    int scales = Math.max(1, record.getImageSizes().size());
    PatchFeatures features =
        new PatchFeatures(
            record.getGrid().get(0),
            record.getGrid().get(1),
            tensor.channels(),
            tensor.channels() % scales == 0 ? scales : 1);
    float[] values = new float[tensor.channels()];
    short[] halves = new short[tensor.dtype() == TensorType.FLOAT16 ? values.length : 0];
    for (int patch = 0; patch < features.patches(); patch++) {
      FeatureTensor.Token token = tensor.token(entry, prefix + patch);
      if (halves.length == 0 || !features.put(patch, token, halves)) {
        token.copyTo(values, 0);
        features.put(patch, values);
      }
    }
    return features;
  }

  /**
   * The same as {@link #put(int, float[])}, in half the time: float16 becomes int8 without becoming
   * float32 first.
   *
   * @return false if the values are too small or not finite; nothing is done then
   */
  private boolean put(int patch, FeatureTensor.Token token, short[] halves) {
    token.copyHalvesTo(halves);
    int most = largest(halves);
    if (most >= HALF_INFINITY_BITS || most < SMALL_HALF_BITS) {
      return false;
    }
    float largest = Float.intBitsToFloat(most << 13) * HALF_BIAS;
    sizes[patch] = largest / STEPS;
    squares[patch] = putSteps(patch * channels, halves, STEPS / largest * HALF_BIAS);
    return true;
  }

  /** Bits of the largest size of a value; they sort as sizes do. */
  private static int largest(short[] halves) {
    int most = 0;
    for (short half : halves) {
      int size = half & HALF_SIZE_BITS;
      if (size > most) {
        most = size;
      }
    }
    return most;
  }

  /**
   * @param perUnit steps in a value of 1, times 2^112, as the bits of a half, put where a float has
   *     them, are a float that is so much smaller
   * @return the sum of the squares of the steps
   */
  private int putSteps(int start, short[] halves, float perUnit) {
    byte[] all = steps;
    int at = start;
    int square = 0;
    for (short half : halves) {
      float value = Float.intBitsToFloat(half << 16 >> 3 & HALF_IN_FLOAT);
      int step = (int) (value * perUnit + (STEPS + 1.5f)) - (STEPS + 1); // see below
      all[at++] = (byte) step;
      square += step * step;
    }
    return square;
  }

  private void put(int patch, float[] values) {
    float largest = largest(values);
    // Of smaller ones the quotient would be infinite.
    float perUnit = largest <= STEPS / Float.MAX_VALUE ? 0 : STEPS / largest;
    sizes[patch] = largest / STEPS;
    int at = patch * channels;
    int square = 0;
    for (float value : values) {
      // The cast cuts towards zero, so it is made of positive numbers: half a step more rounds.
      int step = (int) (value * perUnit + (STEPS + 1.5f)) - (STEPS + 1);
      steps[at++] = (byte) step;
      square += step * step;
    }
    squares[patch] = square;
  }

  /**
   * The largest size of a value. Makes the values finite: NaN becomes 0, an infinity the largest.
   * By their bits, which sort as sizes do and cost the quick compiler no calls.
   */
  private static float largest(float[] values) {
    int most = 0;
    boolean finite = true;
    for (float value : values) {
      int size = Float.floatToRawIntBits(value) & SIZE_BITS;
      if (size >= INFINITY_BITS) {
        finite = false;
      } else if (size > most) {
        most = size;
      }
    }
    float largest = Float.intBitsToFloat(most);
    for (int c = 0; c < values.length && !finite; c++) {
      values[c] = Float.isNaN(values[c]) ? 0 : Math.max(-largest, Math.min(largest, values[c]));
    }
    return largest;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** h * w. */
  public int patches() {
    return sizes.length;
  }

  /** C, of all scales together. */
  public int channels() {
    return channels;
  }

  /** The channels of all scales, or of one. */
  public ChannelRange range(int scale) {
    return ChannelRange.of(channels, scaleCount, scale);
  }

  /** Scales whose channels lie one after the other. */
  public int scaleCount() {
    return scaleCount;
  }

  /** About how much of the heap this takes. */
  public long bytes() {
    return steps.length + 8L * sizes.length + 64;
  }

  /** Writes the channels of a range into {@code target[offset] …}. */
  void copyTo(int patch, ChannelRange range, double[] target, int offset) {
    int at = patch * channels + range.from();
    for (int c = 0; c < range.length(); c++) {
      target[offset + c] = steps[at + c] * sizes[patch];
    }
  }

  /**
   * Adds up a patch along three axes.
   *
   * @param axes {@code [3][range.length()]}
   * @param along gets the three sums
   */
  void project(int patch, ChannelRange range, float[][] axes, float[] along) {
    float[] x = axes[0];
    float[] y = axes[1];
    float[] z = axes[2];
    float a = 0;
    float b = 0;
    float c = 0;
    int at = patch * channels + range.from();
    for (int i = 0; i < x.length; i++) {
      float step = steps[at + i];
      a += step * x[i];
      b += step * y[i];
      c += step * z[i];
    }
    along[0] = a * sizes[patch];
    along[1] = b * sizes[patch];
    along[2] = c * sizes[patch];
  }

  /**
   * Cosine between a patch of this frame and one of another, -1 to 1; 0 if one of them is zero.
   *
   * @param other of as many channels
   */
  public float cosine(int patch, PatchFeatures other, int otherPatch, ChannelRange range) {
    int dot = dot(patch, other, otherPatch, range);
    boolean whole = range.length() == channels;
    int own = whole ? squares[patch] : dot(patch, this, patch, range);
    int others =
        whole ? other.squares[otherPatch] : other.dot(otherPatch, other, otherPatch, range);
    return own == 0 || others == 0 ? 0 : (float) (dot / Math.sqrt((double) own * others));
  }

  private int dot(int patch, PatchFeatures other, int otherPatch, ChannelRange range) {
    int at = patch * channels + range.from();
    int otherAt = otherPatch * channels + range.from();
    int dot = 0;
    for (int c = 0; c < range.length(); c++) {
      dot += steps[at + c] * other.steps[otherAt + c];
    }
    return dot;
  }

  /** Whether patches of both can be compared. */
  public boolean fits(PatchFeatures other) {
    return channels == other.channels && scaleCount == other.scaleCount;
  }
}
