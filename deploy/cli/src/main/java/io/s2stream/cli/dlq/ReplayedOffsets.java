package io.s2stream.cli.dlq;

import java.util.Map;
import java.util.TreeMap;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters of one partition have been dealt with: all before an offset, and ranges after
 * it. Offsets between two letters, which hold none, count with the later one. Kept in the broker as
 * a group's committed offset, the ranges as its metadata ({@code 12-15,20}), so that any choice of
 * letters is remembered exactly.
 */
final class ReplayedOffsets {
  /** Kafka's {@code offset.metadata.max.bytes} is 4,096. */
  private static final int MAX_METADATA_CHARS = 4_000;

  private long next;

  /** First to last offset, both dealt with; none touch, all begin after {@link #next}. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  private ReplayedOffsets(long next) {
    this.next = next;
  }

  /**
   * @param committed null if nothing was
   * @param beginning first offset that is still in the partition
   */
  static ReplayedOffsets of(@Nullable OffsetAndMetadata committed, long beginning) {
    ReplayedOffsets offsets =
        new ReplayedOffsets(
            committed == null ? beginning : Math.max(beginning, committed.offset()));
    if (committed != null && !committed.metadata().isEmpty()) {
      for (String range : committed.metadata().split(",", -1)) {
        String[] ends = range.split("-", 2);
        long first = Long.parseLong(ends[0]);
        offsets.add(Math.max(first, beginning), Long.parseLong(ends[ends.length - 1]));
      }
    }
    return offsets;
  }

  boolean contains(long offset) {
    Map.Entry<Long, Long> before = ranges.floorEntry(offset);
    return offset < next || (before != null && offset <= before.getValue());
  }

  /** All offsets from first to last are dealt with; does nothing if there are none. */
  void add(long first, long last) {
    if (first > last) {
      return;
    }
    long from = first;
    long to = last;
    Map.Entry<Long, Long> touching = ranges.floorEntry(to + 1);
    while (touching != null && touching.getValue() >= from - 1) {
      from = Math.min(from, touching.getKey());
      to = Math.max(to, touching.getValue());
      ranges.remove(touching.getKey());
      touching = ranges.floorEntry(to + 1);
    }
    if (from <= next) {
      next = Math.max(next, to + 1);
    } else {
      ranges.put(from, to);
    }
  }

  /** First offset that hasn't been dealt with. */
  long next() {
    return next;
  }

  /** False when there are more gaps than can be remembered. */
  boolean fits() {
    return metadata().length() <= MAX_METADATA_CHARS;
  }

  OffsetAndMetadata toCommit() {
    return new OffsetAndMetadata(next, metadata());
  }

  private String metadata() {
    StringBuilder text = new StringBuilder();
    ranges.forEach(
        (first, last) -> {
          text.append(text.isEmpty() ? "" : ",").append(first);
          if (last > first) {
            text.append('-').append(last);
          }
        });
    return text.toString();
  }
}
