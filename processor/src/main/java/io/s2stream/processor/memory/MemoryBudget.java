package io.s2stream.processor.memory;

import java.util.Locale;

import io.s2stream.config.InvalidSettingException;

/**
 * The heap of a processor, divided. Each part is a bound on what can be on the heap at once, and
 * all together are at most what may be used.
 *
 * @param maxBytes that may be used
 * @param reserveBytes for code, Kafka's own structures and garbage
 * @param maxPartitionFetchBytes Kafka's {@code max.partition.fetch.bytes}
 * @param fetchMaxBytes Kafka's {@code fetch.max.bytes}
 * @param fetchedBytes answers of brokers: one being read and one taken apart, per stream thread
 * @param waitingBytes records that were read and not begun, of all partitions
 * @param partitions that this process may get
 * @param recordsInFlight frame batches under way at a time
 * @param inFlightBytes their messages, decoded frames and features
 * @param producerBufferBytes Kafka's {@code buffer.memory}, per stream thread
 * @param sendingBytes the producers' buffers and the records that are being put into them
 */
public record MemoryBudget(
    long maxBytes,
    long reserveBytes,
    int maxPartitionFetchBytes,
    int fetchMaxBytes,
    long fetchedBytes,
    long waitingBytes,
    int partitions,
    int recordsInFlight,
    long inFlightBytes,
    long producerBufferBytes,
    long sendingBytes) {

  /** Kafka Streams stops reading a partition when more than so many of its records wait. */
  public static final int BUFFERED_RECORDS = 1;

  private static final long MEBIBYTE = 1 << 20;
  private static final long MIN_RESERVE = 48 * MEBIBYTE;
  private static final int RESERVED_SHARE = 10;
  private static final long MIN_FETCH = MEBIBYTE / 4;
  private static final long MIN_PRODUCER_BUFFER = 4 * MEBIBYTE;
  private static final long USUAL_PRODUCER_BUFFER = 32 * MEBIBYTE;

  /**
   * What the processor has to keep.
   *
   * @param frameBytes largest frame batch of the plan, raw
   * @param featureBytes largest feature record of the plan
   * @param readMessageBytes largest message that the frames topic carries
   * @param sentMessageBytes largest message that is sent
   * @param partitions that one process may get
   * @param threads stream threads
   */
  public record Demand(
      long frameBytes,
      long featureBytes,
      long readMessageBytes,
      long sentMessageBytes,
      int partitions,
      int threads) {

    /** A message as it came, the same decoded if it was JPEG, and the features. */
    long recordInFlightBytes() {
      return 2 * frameBytes + featureBytes;
    }
  }

  /**
   * Divides the heap: what must be, then as many records under way as were asked for, and last
   * larger buffers for sending.
   *
   * @param wantedInFlight most frame batches under way at a time; fewer where they don't fit
   * @throws InvalidSettingException when it is too little; says how much is needed for what
   */
  public static MemoryBudget of(long maxBytes, Demand demand, int wantedInFlight) {
    // Every task may have one record under way, or its partition would stand still.
    int least = demand.partitions();
    MemoryBudget smallest =
        divide(
            maxBytes, demand, least, Math.max(MIN_PRODUCER_BUFFER, 2 * demand.sentMessageBytes()));
    long free = maxBytes - smallest.usedBytes();
    if (free < 0) {
      throw new InvalidSettingException(
          "memory.max",
          "the processor needs at least "
              + mebibytes(smallest.neededBytes())
              + " MiB of heap, but has "
              + mebibytes(maxBytes)
              + " MiB. Raise the heap (-Xmx, and memory.max if it is set), or lower"
              + " max-frames-per-record, or memory.partitions if other processors always run:\n"
              + smallest.table());
    }
    long more = Math.min(wantedInFlight - (long) least, free / demand.recordInFlightBytes());
    int inFlight = least + (int) Math.max(0, more);
    free -= (inFlight - (long) least) * demand.recordInFlightBytes();
    long usual = Math.max(USUAL_PRODUCER_BUFFER, 4 * demand.sentMessageBytes());
    long buffer =
        Math.min(
            Math.max(usual, smallest.producerBufferBytes()),
            smallest.producerBufferBytes() + free / demand.threads());
    return divide(maxBytes, demand, inFlight, buffer);
  }

  private static MemoryBudget divide(
      long maxBytes, Demand demand, int inFlight, long producerBuffer) {
    long share = Math.max(MIN_FETCH, demand.frameBytes());
    long fetch = Math.max(demand.readMessageBytes(), Math.min(4, demand.partitions()) * share);
    return new MemoryBudget(
        maxBytes,
        Math.max(MIN_RESERVE, maxBytes / RESERVED_SHARE),
        Math.toIntExact(Math.min(Integer.MAX_VALUE, share)),
        Math.toIntExact(Math.min(Integer.MAX_VALUE, fetch)),
        2 * fetch * demand.threads(),
        // Kafka's consumer keeps a share that came when a partition had just been stopped; Kafka
        // Streams keeps the record that doesn't stop it yet, and one more share.
        demand.partitions() * (2 * share + BUFFERED_RECORDS * demand.frameBytes()),
        demand.partitions(),
        inFlight,
        inFlight * demand.recordInFlightBytes(),
        producerBuffer,
        demand.threads() * (producerBuffer + demand.featureBytes()));
  }

  /** The sum of all parts. */
  public long usedBytes() {
    return reserveBytes + fetchedBytes + waitingBytes + inFlightBytes + sendingBytes;
  }

  /** Heap of one frame batch of the plan under way. */
  public long recordBytes() {
    return inFlightBytes / recordsInFlight;
  }

  /**
   * Heap that one frame batch may take while it is under way: what a partition's batches always
   * have, or one batch's and all that no part needs, of which there may be one at a time.
   */
  public long largestRecordBytes() {
    return Math.max(
        recordsInFlight / partitions * recordBytes(), recordBytes() + maxBytes - usedBytes());
  }

  /** What would be enough, with the reserve in its place. */
  private long neededBytes() {
    long parts = usedBytes() - reserveBytes;
    long tenth = parts / (RESERVED_SHARE - 1) + 1;
    return parts + Math.max(MIN_RESERVE, tenth);
  }

  /** For the log: one line for each part. */
  public String table() {
    StringBuilder text = new StringBuilder();
    row(text, reserveBytes, "reserve");
    row(text, fetchedBytes, "reading (fetch.max.bytes " + fetchMaxBytes + ")");
    row(text, waitingBytes, "waiting (max.partition.fetch.bytes " + maxPartitionFetchBytes + ")");
    row(text, inFlightBytes, "under way (" + recordsInFlight + " frame batches)");
    row(text, sendingBytes, "sending (buffer.memory " + producerBufferBytes + ")");
    row(text, usedBytes(), "in all, of " + mebibytes(maxBytes) + " MiB");
    return text.toString();
  }

  private static void row(StringBuilder text, long bytes, String what) {
    text.append(String.format(Locale.ROOT, "%n  %,8d MiB  %s", mebibytes(bytes), what));
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }
}
