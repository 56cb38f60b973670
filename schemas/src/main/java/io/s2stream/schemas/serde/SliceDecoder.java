package io.s2stream.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary decoder over a part of an array, with two differences: {@code bytes} are read-only
 * slices of the array, not copies, and an array can't announce more items than there are bytes.
 */
final class SliceDecoder extends Decoder {
  private final BinaryDecoder decoder;
  private final ByteBuffer record;
  private final int end;

  /** Decodes what lies between {@code offset} and {@code end}. */
  SliceDecoder(byte[] array, int offset, int end) {
    this.decoder = DecoderFactory.get().binaryDecoder(array, offset, end - offset, null);
    this.record = ByteBuffer.wrap(array).asReadOnlyBuffer();
    this.end = end;
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    long length = decoder.readLong();
    int remaining = decoder.remainingBytes();
    if (length < 0 || length > remaining) {
      throw new EOFException(
          "bytes field of length " + length + ", but " + remaining + " bytes are left");
    }
    decoder.skipFixed((int) length);
    return record.slice(end - remaining, (int) length);
  }

  @Override
  public int remainingBytes() {
    return decoder.remainingBytes();
  }

  // All else is Avro's.

  @Override
  public void readNull() throws IOException {
    decoder.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return decoder.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return decoder.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return decoder.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return decoder.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return decoder.readDouble();
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return decoder.readString(old);
  }

  @Override
  public String readString() throws IOException {
    return decoder.readString();
  }

  @Override
  public void skipString() throws IOException {
    decoder.skipString();
  }

  @Override
  public void skipBytes() throws IOException {
    decoder.skipBytes();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    decoder.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    decoder.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return decoder.readEnum();
  }

  @Override
  public long readArrayStart() throws IOException {
    return possible(decoder.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return possible(decoder.arrayNext());
  }

  /**
   * The generated classes make room for as many items as are announced. None of ours is empty, so
   * more than the bytes that are left are damage.
   */
  private long possible(long items) throws EOFException {
    int remaining = decoder.remainingBytes();
    if (items < 0 || items > remaining) {
      throw new EOFException("array of " + items + " items, but " + remaining + " bytes are left");
    }
    return items;
  }

  @Override
  public long skipArray() throws IOException {
    return decoder.skipArray();
  }

  @Override
  public long readMapStart() throws IOException {
    return decoder.readMapStart();
  }

  @Override
  public long mapNext() throws IOException {
    return decoder.mapNext();
  }

  @Override
  public long skipMap() throws IOException {
    return decoder.skipMap();
  }

  @Override
  public int readIndex() throws IOException {
    return decoder.readIndex();
  }
}
