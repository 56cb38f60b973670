package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.cli.numpy.NpyHeader;
import io.s2stream.schemas.TensorType;

/**
 * NumPy's {@code .npz}: a zip of {@code .npy} files, stored as {@code numpy.savez} does.
 *
 * <p>The metadata is JSON, in UTF-8. Equal features give equal bytes: the entries carry no time of
 * writing.
 */
final class NpzArchive implements FeatureArchive {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  @Override
  public void write(FeatureSeries series, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    long frames = series.shape()[0];
    String descr = descr(series.dtype());
    put(zip, "features", NpyHeader.of(descr, series.shape()), series::writeFeatures);
    put(zip, "pts_micros", NpyHeader.of("<i8", frames), series::writePts);
    put(zip, "index", NpyHeader.of("<i8", frames), series::writeIndexes);
    // Bytes, as few readers but NumPy's own know its strings.
    byte[] json = new ObjectMapper().writeValueAsBytes(series.metadata());
    put(zip, "metadata", NpyHeader.of("|u1", json.length), o -> o.write(json));
    zip.finish();
  }

  private static String descr(TensorType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "<f4";
      case FLOAT16 -> "<f2";
      case BFLOAT16, INT8, UNKNOWN ->
          throw new IllegalArgumentException("NumPy has no " + dtype + " of its own");
    };
  }

  /** A stored entry needs its checksum beforehand, so the content is read twice. */
  private static void put(ZipOutputStream zip, String name, NpyHeader header, Content content)
      throws IOException {
    byte[] head = header.bytes().array();
    Counter counter = new Counter();
    CheckedOutputStream checked = new CheckedOutputStream(counter, new CRC32());
    checked.write(head);
    content.write(checked);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(NO_TIME);
    entry.setSize(counter.bytes);
    entry.setCrc(checked.getChecksum().getValue());
    zip.putNextEntry(entry);
    zip.write(head);
    content.write(zip);
    zip.closeEntry();
  }

  /** Counts what is written and forgets it. */
  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] b, int offset, int length) {
      bytes += length;
    }
  }
}
