package io.s2stream.cli.extract;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

import io.s2stream.cli.refusal.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The features done so far, next to the output: a header that says what they are of, then one
 * record of fixed size per entry, which is of one frame or of a block of frames that were pooled,
 * each with a checksum.
 *
 * <pre>
 * "S2PART1\n" | length int32 | header JSON | crc32 of the JSON
 * per entry:    number int64 | PTS of its first frame in microseconds int64 | features | crc32 of these
 * </pre>
 *
 * <p>All little endian. A record that was cut off or damaged when a run was killed ends what
 * counts; it and what follows is computed again. Locked against a second run. Not thread-safe.
 */
final class PartFile implements AutoCloseable {
  /** Bytes of a record besides the features. */
  static final int RECORD_OVERHEAD = 2 * Long.BYTES + Integer.BYTES;

  private static final int FEATURES_AT = 2 * Long.BYTES;
  private static final byte[] MAGIC = "S2PART1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LEAD = MAGIC.length + Integer.BYTES;
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final int featureBytes;
  private final long dataOffset;
  private long entries;

  private PartFile(Path file, FileChannel channel, int featureBytes, long dataOffset) {
    this.file = file;
    this.channel = channel;
    this.featureBytes = featureBytes;
    this.dataOffset = dataOffset;
  }

  /** Where the part file of an output is. */
  static Path of(Path output) {
    return output.resolveSibling(output.getFileName() + ".part");
  }

  /**
   * Opens a part file, or makes a new one.
   *
   * @param featureBytes of one entry
   * @param entriesPerForward only whole forwards of an earlier run are kept: the last digits of
   *     features depend on which frames the tower saw together, and a resumed run shall equal one
   *     that wasn't interrupted
   * @param restart whether to forget an earlier run
   * @throws RefusedException when it holds features of something else
   * @throws IOException when another run holds it, or it can't be read or written
   */
  static PartFile open(
      Path file, PartHeader header, int featureBytes, int entriesPerForward, boolean restart)
      throws IOException, RefusedException {
    byte[] json = header.json();
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(file, channel);
      PartFile part = new PartFile(file, channel, featureBytes, LEAD + json.length + Integer.BYTES);
      PartHeader earlier = restart ? null : part.readHeader();
      if (earlier == null) {
        part.start(json);
      } else {
        checkSame(file, header.differences(earlier));
        part.recover(entriesPerForward);
      }
      return part;
    } catch (IOException | RefusedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return; // Held until the channel is closed.
      }
    } catch (OverlappingFileLockException e) {
      // Held within this process.
    }
    throw new IOException(file + " is in use: another s2 extract is writing it");
  }

  private static void checkSame(Path file, List<String> differences) throws RefusedException {
    if (!differences.isEmpty()) {
      throw new RefusedException(
          file
              + " holds features of another run: "
              + String.join(", ", differences)
              + ". Give the same options to go on, or --restart to begin anew");
    }
  }

  /** The header, or null when it isn't whole: that run was killed before it did anything. */
  private @Nullable PartHeader readHeader() throws IOException, RefusedException {
    try {
      ByteBuffer lead = read(0, LEAD);
      byte[] magic = new byte[MAGIC.length];
      lead.get(magic);
      int length = lead.getInt();
      if (!Arrays.equals(magic, MAGIC) || length < 0 || length > MAX_HEADER_BYTES) {
        throw new RefusedException(
            file + " is no part file of s2 extract; move it away, or choose another --output");
      }
      ByteBuffer rest = read(LEAD, length + Integer.BYTES);
      byte[] json = new byte[length];
      rest.get(json);
      return rest.getInt() == crc(ByteBuffer.wrap(json)) ? PartHeader.parse(json) : null;
    } catch (EOFException e) {
      return null;
    }
  }

  private void start(byte[] json) throws IOException {
    channel.truncate(0);
    ByteBuffer header =
        ByteBuffer.allocate(Math.toIntExact(dataOffset)).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putInt(json.length).put(json).putInt(crc(ByteBuffer.wrap(json)));
    writeFully(header.flip(), 0);
    channel.force(true);
  }

  /** Counts the records that are whole, and cuts off what isn't to be kept. */
  private void recover(int entriesPerForward) throws IOException {
    long present = (channel.size() - dataOffset) / recordBytes();
    ByteBuffer record = ByteBuffer.allocateDirect(recordBytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (entries < present && isSound(record)) {
      entries++;
    }
    entries -= entries % entriesPerForward;
    channel.truncate(offset(entries));
  }

  private boolean isSound(ByteBuffer record) throws IOException {
    readInto(record.clear(), offset(entries));
    int end = recordBytes() - Integer.BYTES;
    return record.getLong(0) == entries && record.getInt(end) == crc(record.slice(0, end));
  }

  /** Entries whose features are here; they are numbered from 0. */
  long entries() {
    return entries;
  }

  /** Bytes of one entry's features. */
  int featureBytes() {
    return featureBytes;
  }

  /**
   * A buffer for the records of this many frames; their features are to be put in {@link #slot}.
   */
  ByteBuffer records(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, recordBytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where in a buffer of {@link #records} the features of its i-th entry belong. */
  ByteBuffer slot(ByteBuffer records, int i) {
    return records.slice(i * recordBytes() + FEATURES_AT, featureBytes);
  }

  /**
   * Adds entries whose features are in their slots.
   *
   * @param ptsMicros of the first frame of each
   */
  void append(ByteBuffer records, List<Long> ptsMicros) throws IOException {
    int end = recordBytes() - Integer.BYTES;
    for (int i = 0; i < ptsMicros.size(); i++) {
      int at = i * recordBytes();
      records.putLong(at, entries + i).putLong(at + Long.BYTES, ptsMicros.get(i));
      records.putInt(at + end, crc(records.slice(at, end)));
    }
    writeFully(
        records.duplicate().position(0).limit(ptsMicros.size() * recordBytes()), offset(entries));
    entries += ptsMicros.size();
  }

  /** When an entry's first frame is shown. */
  long ptsMicros(long entry) throws IOException {
    return read(offset(entry) + Long.BYTES, Long.BYTES).getLong();
  }

  /** Reads an entry's features into {@code target}, which has that many bytes left. */
  void readFeatures(long entry, ByteBuffer target) throws IOException {
    readInto(target, offset(entry) + FEATURES_AT);
  }

  private int recordBytes() {
    return Math.addExact(featureBytes, RECORD_OVERHEAD);
  }

  private long offset(long entry) {
    return dataOffset + entry * recordBytes();
  }

  private ByteBuffer read(long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    readInto(buffer, at);
    return buffer.flip();
  }

  private void readInto(ByteBuffer target, long at) throws IOException {
    long from = at;
    while (target.hasRemaining()) {
      int n = channel.read(target, from);
      if (n < 0) {
        throw new EOFException(file + " ends too early");
      }
      from += n;
    }
  }

  private void writeFully(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  private static int crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Removes the file, once the output is there. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
