package io.s2stream.cli.numpy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .npy} file of floating-point numbers whose header has been read and checked.
 *
 * @param file where it is
 * @param header what it says of itself: a type of {@link #DTYPES}
 * @param dataOffset where the data begins, in bytes
 */
public record NpyFile(Path file, NpyHeader header, long dataOffset) {
  private static final Map<String, DataType> DTYPES =
      Map.of("f4", DataType.FLOAT32, "f2", DataType.FLOAT16, "f8", DataType.FLOAT64);
  private static final int MAX_HEADER_BYTES = 1 << 16;

  /**
   * Reads the header of a file and checks that there is as much data as it says.
   *
   * @throws NpyFormatException when the file is missing or can't be used; the message names it
   * @throws IOException when reading fails
   */
  public static NpyFile open(Path file) throws NpyFormatException, IOException {
    if (!Files.exists(file)) {
      throw new NpyFormatException("there is no file " + file);
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new NpyFormatException(file + " is no file that can be read");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      NpyHeader header = readHeader(channel);
      NpyFile npy = new NpyFile(file, header, channel.position());
      npy.check(channel.size());
      return npy;
    } catch (EOFException e) {
      throw new NpyFormatException(file + " ends within the header of a NumPy array");
    } catch (NpyFormatException e) {
      throw new NpyFormatException(file + " can't be used: " + e.getMessage());
    }
  }

  private static NpyHeader readHeader(FileChannel channel) throws NpyFormatException, IOException {
    byte[] magic = new byte[NpyHeader.MAGIC.length];
    ByteBuffer lead = ByteBuffer.wrap(magic);
    while (lead.hasRemaining() && channel.read(lead) >= 0) {
      // Until the magic is there, or the file is at its end.
    }
    if (!Arrays.equals(magic, NpyHeader.MAGIC)) {
      throw new NpyFormatException("it is no NumPy .npy file; write one with numpy.save(…, array)");
    }
    int major = read(channel, 2).get(0);
    if (major < 1 || major > 3) {
      throw new NpyFormatException("its format version " + major + " is unknown, 1 to 3 are");
    }
    int length = major == 1 ? read(channel, 2).getShort() & 0xffff : read(channel, 4).getInt();
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new NpyFormatException(
          "its header claims " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] literal = new byte[length];
    read(channel, length).get(literal);
    return NpyHeader.parse(new String(literal, StandardCharsets.UTF_8));
  }

  private static ByteBuffer read(FileChannel channel, int bytes) throws IOException {
    return fill(channel, ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static ByteBuffer fill(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  private void check(long fileBytes) throws NpyFormatException {
    DataType dtype = dtype();
    if (dtype == null) {
      throw new NpyFormatException(
          "its elements are '"
              + header.descr()
              + "', expected float32, float16 or float64; convert it with array.astype('<f4')");
    }
    long bytes = dtype.getNumOfBytes();
    for (long axis : header.shape()) {
      if (axis == 0) {
        throw new NpyFormatException("its shape " + header.shapeText() + " holds no elements");
      }
      if (bytes > Integer.MAX_VALUE / axis) {
        throw new NpyFormatException(
            "its shape " + header.shapeText() + " needs 2 GiB or more; split it on the first axis");
      }
      bytes *= axis;
    }
    if (fileBytes - dataOffset < bytes) {
      throw new NpyFormatException(
          "it is cut off: its shape "
              + header.shapeText()
              + " needs "
              + bytes
              + " bytes, "
              + (fileBytes - dataOffset)
              + " are there");
    }
  }

  /** Null for a type that can't be read. */
  private @Nullable DataType dtype() {
    String descr = header.descr();
    return descr.matches("[<>].*") ? DTYPES.get(descr.substring(1)) : null;
  }

  /**
   * Reads the array.
   *
   * @return the header's shape, float32, C order, in {@code manager}
   * @throws IOException when reading fails
   */
  public NDArray read(NDManager manager) throws IOException {
    Shape shape = new Shape(header.shape());
    DataType dtype = Objects.requireNonNull(dtype(), "checked by open");
    int width = dtype.getNumOfBytes();
    ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(shape.size() * width));
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(dataOffset);
      fill(channel, data);
    }
    if (header.descr().startsWith(">")) {
      reverseBytes(data, width);
    }
    if (header.fortranOrder()) {
      return fromFortranOrder(data, shape, dtype, manager);
    }
    NDArray array = manager.create(data.order(ByteOrder.nativeOrder()), shape, dtype);
    if (dtype == DataType.FLOAT32) {
      return array;
    }
    try (array) {
      return array.toType(DataType.FLOAT32, true);
    }
  }

  private static void reverseBytes(ByteBuffer data, int width) {
    for (int element = 0; element < data.limit(); element += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = data.get(element + i);
        data.put(element + i, data.get(element + width - 1 - i));
        data.put(element + width - 1 - i, low);
      }
    }
  }

  private static NDArray fromFortranOrder(
      ByteBuffer data, Shape shape, DataType dtype, NDManager manager) {
    long[] reversed = new long[shape.dimension()];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = shape.get(reversed.length - 1 - i);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray array = scope.create(data.order(ByteOrder.nativeOrder()), new Shape(reversed), dtype);
      NDArray inOrder = array.transpose().toType(DataType.FLOAT32, true).flatten().reshape(shape);
      inOrder.attach(manager);
      return inOrder;
    }
  }

  /**
   * Writes an array in C order, one part of the first axis after the other.
   *
   * @param array rank 1 or more, float32, contiguous
   */
  public static void write(NDArray array, FileChannel channel) throws IOException {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException("expected float32, got " + array.getDataType());
    }
    writeFully(channel, NpyHeader.of("<f4", array.getShape().getShape()).bytes());
    for (long i = 0; i < array.getShape().get(0); i++) {
      try (NDArray part = array.get(i)) {
        // The direct view is valid only as long as the array.
        writeFully(channel, part.toByteBuffer(true));
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
