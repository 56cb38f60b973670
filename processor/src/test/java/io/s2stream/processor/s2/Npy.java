package io.s2stream.processor.s2;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A float32 array from a numpy file, C order. */
public final class Npy {
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([^)]*)\\)");

  private final long[] shape;
  private final float[] values;

  private Npy(long[] shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  /** Lengths of the axes. */
  public long[] shape() {
    return shape;
  }

  /** Values in C order. */
  public float[] values() {
    return values;
  }

  /** Reads a test resource. */
  public static Npy resource(String name) throws IOException {
    try (InputStream in = Npy.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no test resource " + name);
      }
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      int headerBytes = bytes.getShort(8);
      String header = new String(bytes.array(), 10, headerBytes, StandardCharsets.US_ASCII);
      Matcher shape = SHAPE.matcher(header);
      if (!header.contains("'<f4'") || header.contains("'fortran_order': True") || !shape.find()) {
        throw new IOException(name + " is no float32 array in C order: " + header);
      }
      long[] axes =
          Pattern.compile(",")
              .splitAsStream(shape.group(1))
              .map(String::strip)
              .filter(s -> !s.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      var floats =
          bytes.position(10 + headerBytes).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] values = new float[floats.remaining()];
      floats.get(values);
      return new Npy(axes, values);
    }
  }
}
