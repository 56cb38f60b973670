package io.s2stream.schemas.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * The {@code [B, N, C]} tensor of a feature record, read as floats whatever its element type: B
 * entries of N tokens of C channels. An entry is of one frame, or the mean over a block of frames
 * where the record's pool says so. In an end-of-stream mark, and where frames were skipped, B is 0.
 *
 * <p>A view: it reads the record's bytes, which must not change. Thread-safe.
 */
public final class FeatureTensor {
  private final FeatureRecord record;
  private final int framesPerEntry;
  private final int frames;
  private final int tokens;
  private final int channels;
  private final TensorType dtype;
  private final ElementFormat format;
  private final ByteBuffer data; // [B, N, C], little endian
  private final @Nullable ByteBuffer tokenScales; // [B, N] float32, little endian; INT8 only

  private FeatureTensor(FeatureRecord record) {
    this.record = record;
    List<Integer> shape = record.getShape();
    if (shape.size() != 3 || shape.stream().anyMatch(size -> size < 0)) {
      throw invalid(record, "shape must be [B, N, C], each at least 0");
    }
    this.frames = shape.get(0);
    this.tokens = shape.get(1);
    this.channels = shape.get(2);
    List<Integer> pool = record.getPool();
    if (pool.size() != 3 || pool.stream().anyMatch(size -> size < 1)) {
      throw invalid(record, "pool must be [t, h, w], each at least 1, but is " + pool);
    }
    this.framesPerEntry = pool.get(0);
    int listed = record.getFrames().size();
    if (record.getSkipped() == null && (listed + framesPerEntry - 1L) / framesPerEntry != frames) {
      throw invalid(
          record, "it lists " + listed + " frames, but B is " + frames + ", pool " + pool);
    }
    this.dtype = record.getDtype();
    this.format = ElementFormat.of(dtype);
    this.data = littleEndian(record.getData());
    checkBytes(record, "data", data, format.bytes(), frames, tokens, channels);
    this.tokenScales = format == ElementFormat.INT8 ? tokenScales(record) : null;
  }

  /**
   * Views a record's tensor.
   *
   * @throws IllegalArgumentException if shape, element type and the number of bytes don't fit each
   *     other; the message names the stream and the record's first frame
   */
  public static FeatureTensor of(FeatureRecord record) {
    return new FeatureTensor(record);
  }

  /**
   * Size of one element.
   *
   * @throws IllegalArgumentException for UNKNOWN
   */
  public static int bytesPerElement(TensorType type) {
    return ElementFormat.of(type).bytes();
  }

  /** {@code [B, N, C]}; a new array each time. */
  public int[] shape() {
    return new int[] {frames, tokens, channels};
  }

  /** B: entries of the first axis, as many as frames unless frames were pooled. */
  public int frames() {
    return frames;
  }

  /**
   * The entry that a frame is part of.
   *
   * @param frame position in the record's frames
   * @throws IndexOutOfBoundsException if there is no such entry
   */
  public int entryOf(int frame) {
    return Objects.checkIndex(frame / framesPerEntry, frames);
  }

  /**
   * The frames that an entry is of, in order: one, or those it is the mean of.
   *
   * @throws IndexOutOfBoundsException if it is not below B
   */
  public List<FrameInfo> framesOf(int entry) {
    Objects.checkIndex(entry, frames);
    List<FrameInfo> all = record.getFrames();
    int start = entry * framesPerEntry;
    return all.subList(start, Math.min(start + framesPerEntry, all.size()));
  }

  /** N, prefix tokens included. */
  public int tokens() {
    return tokens;
  }

  /** C. */
  public int channels() {
    return channels;
  }

  /** Element type on the wire. */
  public TensorType dtype() {
    return dtype;
  }

  /**
   * One element.
   *
   * @throws IndexOutOfBoundsException if an index is outside the shape
   */
  public float get(int frame, int token, int channel) {
    return token(frame, token).get(channel);
  }

  /**
   * One token's channels, without copying.
   *
   * @throws IndexOutOfBoundsException if an index is outside the shape
   */
  public Token token(int frame, int token) {
    Objects.checkIndex(frame, frames);
    Objects.checkIndex(token, tokens);
    return new Token(frame * tokens + token);
  }

  /** All elements in C order: {@code [b][n][c]} is at {@code (b*N + n)*C + c}. */
  public float[] toFloats() {
    float[] floats = new float[data.remaining() / format.bytes()];
    for (int row = 0; row < frames * tokens && channels > 0; row++) {
      new Token(row).copyTo(floats, row * channels);
    }
    return floats;
  }

  /** One row of the tensor: the C channels of a token. */
  public final class Token {
    private final int start; // offset of the first channel, in bytes
    private final float scale;

    private Token(int row) {
      this.start = row * channels * format.bytes();
      this.scale = tokenScales == null ? 1 : tokenScales.getFloat(row * Float.BYTES);
    }

    /** C. */
    public int channels() {
      return channels;
    }

    /**
     * One channel.
     *
     * @throws IndexOutOfBoundsException if it is not below C
     */
    public float get(int channel) {
      return read(Objects.checkIndex(channel, channels));
    }

    /**
     * Writes all channels into {@code target[offset] …}.
     *
     * @throws IndexOutOfBoundsException if there is not enough room
     */
    public void copyTo(float[] target, int offset) {
      Objects.checkFromIndexSize(offset, channels, target.length);
      format.read(data, start, target, offset, channels);
      if (tokenScales != null) {
        for (int channel = 0; channel < channels; channel++) {
          target[offset + channel] *= scale;
        }
      }
    }

    /**
     * Writes all channels as they are on the wire, for those who compute with the bits.
     *
     * @param target of C values: IEEE 754 binary16
     * @throws IllegalStateException if the element type is not FLOAT16
     * @throws IndexOutOfBoundsException if there is not enough room
     */
    public void copyHalvesTo(short[] target) {
      if (dtype != TensorType.FLOAT16) {
        throw new IllegalStateException("elements are " + dtype + ", not FLOAT16");
      }
      format.part(data, start, channels).asShortBuffer().get(target, 0, channels);
    }

    private float read(int channel) {
      return format.read(data, start + channel * format.bytes()) * scale;
    }
  }

  private ByteBuffer tokenScales(FeatureRecord record) {
    @Nullable ByteBuffer bytes = record.getTokenScales();
    if (bytes == null) {
      throw invalid(record, "element type INT8 needs token_scales");
    }
    ByteBuffer scales = littleEndian(bytes);
    checkBytes(record, "token_scales", scales, Float.BYTES, frames, tokens);
    return scales;
  }

  /** From index 0 on, so that offsets are absolute. */
  private static ByteBuffer littleEndian(ByteBuffer bytes) {
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void checkBytes(
      FeatureRecord record, String field, ByteBuffer bytes, int bytesPerElement, int... sizes) {
    // A double holds any product of three ints closely enough to tell it from an int.
    double expected = bytesPerElement;
    for (int size : sizes) {
      expected *= size;
    }
    if (expected != bytes.remaining()) {
      throw invalid(
          record,
          String.format(
              "%s has %d bytes, expected %.0f for element type %s",
              field, bytes.remaining(), expected, record.getDtype()));
    }
  }

  /**
   * What to throw when a record is found to be wrong: the message names its stream, first frame and
   * shape.
   *
   * @param problem what is wrong, as in "it has no features"
   */
  public static IllegalArgumentException invalid(FeatureRecord record, String problem) {
    return new IllegalArgumentException(
        "Feature record of stream "
            + record.getStreamId()
            + ", first frame "
            + record.getFirstFrameIndex()
            + ", shape "
            + record.getShape()
            + ": "
            + problem);
  }
}
