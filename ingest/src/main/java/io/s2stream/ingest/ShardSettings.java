package io.s2stream.ingest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;
import org.jspecify.annotations.Nullable;

/** The section {@code shard}: which of all configured streams this instance reads. */
public record ShardSettings(
    @Setting(
            value =
                "Instances that share the streams; each stream is read by exactly one, chosen by its"
                    + " id. All instances need the same number: change it only while none runs.",
            defaultValue = "1")
        int count,
    @Setting(
            value =
                "Number of this instance, from 0. Not set: the number at the end of the host name,"
                    + " as a StatefulSet gives it.",
            optional = true)
        @Nullable Integer index) {

  private static final Pattern ORDINAL = Pattern.compile("[^.]*-(\\d{1,9})(\\..*)?");

  public ShardSettings {
    if (count < 1) {
      throw new InvalidSettingException("count", count + ": expected at least 1");
    }
    if (index != null && (index < 0 || index >= count)) {
      throw new InvalidSettingException("index", index + ": expected 0 to " + (count - 1));
    }
  }

  /**
   * Returns the number of this instance.
   *
   * @throws InvalidSettingException if it is neither set nor in the host name
   */
  int ownIndex() {
    if (index != null) {
      return index;
    }
    return count == 1 ? 0 : ordinalOf(hostName(), count);
  }

  static int ordinalOf(String host, int count) {
    Matcher match = ORDINAL.matcher(host);
    if (match.matches() && Integer.parseInt(match.group(1)) < count) {
      return Integer.parseInt(match.group(1));
    }
    throw new InvalidSettingException(
        "shard.index",
        "not set, and the host name '"
            + host
            + "' does not end with a number from 0 to "
            + (count - 1)
            + "; set it, or run as a StatefulSet");
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    if (name != null && !name.isBlank()) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /** Returns the number of the instance that reads this stream. */
  int of(String streamId) {
    return jump(hash(streamId), count);
  }

  /** FNV-1a, 64 bits, of the UTF-8 text. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * Jump consistent hash (Lamping and Veach, 2014): with one bucket more, only the keys that go to
   * the new one move.
   */
  private static int jump(long key, int buckets) {
    long state = key;
    long bucket = -1;
    long next = 0;
    while (next < buckets) {
      bucket = next;
      state = state * 2862933555777941757L + 1;
      next = (long) ((bucket + 1) * ((double) (1L << 31) / ((state >>> 33) + 1)));
    }
    return (int) bucket;
  }
}
