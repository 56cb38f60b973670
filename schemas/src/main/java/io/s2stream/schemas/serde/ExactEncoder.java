package io.s2stream.schemas.serde;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

import org.apache.avro.io.DirectBinaryEncoder;

/**
 * Encodes a record in two passes, one that only counts its bytes and one that writes them into an
 * array of just that size. A payload of megabytes is so copied once; a growing buffer would copy it
 * several times and need twice the memory.
 */
final class ExactEncoder extends DirectBinaryEncoder {
  private final Sink sink;

  private ExactEncoder(Sink sink) {
    super(sink);
    this.sink = sink;
  }

  /** Passed twice the same: {@code record} writes the record to the encoder it is given. */
  interface RecordWriter {
    void writeTo(ExactEncoder encoder) throws IOException;
  }

  /** Number of bytes that the record needs. */
  static long size(RecordWriter record) throws IOException {
    CountingSink sink = new CountingSink();
    record.writeTo(new ExactEncoder(sink));
    return sink.bytes;
  }

  /**
   * Writes the record.
   *
   * @param target where to; must have room for the record, and its position is behind it afterwards
   * @throws java.nio.BufferOverflowException if there is not enough room
   */
  static void write(RecordWriter record, ByteBuffer target) throws IOException {
    record.writeTo(new ExactEncoder(new BufferSink(target)));
  }

  /** Avro's own method copies the bytes of direct and read-only buffers into a new array first. */
  @Override
  public void writeFixed(ByteBuffer bytes) {
    sink.write(bytes);
  }

  private abstract static class Sink extends OutputStream {
    /** Takes all remaining bytes and leaves the buffer's position as it is. */
    abstract void write(ByteBuffer source);
  }

  private static final class CountingSink extends Sink {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes += length;
    }

    @Override
    void write(ByteBuffer source) {
      bytes += source.remaining();
    }
  }

  private static final class BufferSink extends Sink {
    private final ByteBuffer target;

    BufferSink(ByteBuffer target) {
      this.target = target;
    }

    @Override
    public void write(int b) {
      target.put((byte) b);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      target.put(source, offset, length);
    }

    @Override
    void write(ByteBuffer source) {
      target.put(source.duplicate());
    }
  }
}
