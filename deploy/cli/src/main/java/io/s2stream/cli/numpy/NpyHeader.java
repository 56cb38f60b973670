package io.s2stream.cli.numpy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands before the data of a {@code .npy} file (NumPy's {@code numpy.lib.format}, versions
 * 1.0 to 3.0).
 *
 * @param descr NumPy's name of the element type, such as {@code <f4}
 * @param fortranOrder whether the first axis varies fastest
 * @param shape lengths of the axes, none for a scalar
 */
public record NpyHeader(String descr, boolean fortranOrder, List<Long> shape) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int ALIGNMENT = 64;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,L\\s]*)\\)");

  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /** A header of an array in C order. */
  public static NpyHeader of(String descr, long... shape) {
    List<Long> axes = new ArrayList<>();
    for (long axis : shape) {
      axes.add(axis);
    }
    return new NpyHeader(descr, false, axes);
  }

  /**
   * Reads the Python literal of a header.
   *
   * @throws NpyFormatException when it isn't one, or describes records of several fields
   */
  static NpyHeader parse(String literal) throws NpyFormatException {
    Matcher descr = DESCR.matcher(literal);
    Matcher order = ORDER.matcher(literal);
    Matcher shape = SHAPE.matcher(literal);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new NpyFormatException(
          "its header isn't that of a plain array: " + abbreviated(literal.strip()));
    }
    List<Long> axes = new ArrayList<>();
    for (String axis : shape.group(1).replace("L", "").split(",", -1)) {
      if (!axis.isBlank()) {
        try {
          axes.add(Long.parseLong(axis.strip()));
        } catch (NumberFormatException e) {
          throw new NpyFormatException("its header has an impossible shape: " + shape.group(1));
        }
      }
    }
    return new NpyHeader(descr.group(1), order.group(1).equals("True"), axes);
  }

  private static String abbreviated(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  /**
   * Everything that comes before the data, as NumPy writes it: magic, version 1.0, the literal,
   * filled up so that the data is aligned.
   */
  public ByteBuffer bytes() {
    String axes = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String literal =
        "{'descr': '"
            + descr
            + "', 'fortran_order': "
            + (fortranOrder ? "True" : "False")
            + ", 'shape': ("
            + (shape.size() == 1 ? axes + "," : axes)
            + "), }";
    int lead = MAGIC.length + 4;
    int total = (lead + literal.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - lead));
    bytes.put(literal.getBytes(StandardCharsets.US_ASCII));
    while (bytes.remaining() > 1) {
      bytes.put((byte) ' ');
    }
    return bytes.put((byte) '\n').flip();
  }

  /** The shape as Python writes it. */
  String shapeText() {
    return shape.toString();
  }
}
