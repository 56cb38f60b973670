package io.s2stream.schemas.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A map that forgets the entry not used for longest when it is full. Thread-safe.
 *
 * <p>Values are computed without the lock, since computing one may block on the network: two
 * threads may compute the same value, and the first one to finish is kept.
 */
public final class BoundedCache<K, V> {
  private final Map<K, V> entries;

  /**
   * @param maxEntries at least 1
   */
  public BoundedCache(int maxEntries) {
    if (maxEntries < 1) {
      throw new IllegalArgumentException("maxEntries must be at least 1, got " + maxEntries);
    }
    this.entries = new LeastRecentlyUsed<>(maxEntries);
  }

  /** Returns the key's value, computing it if it is not there; an exception is not remembered. */
  public V get(K key, Function<? super K, ? extends V> compute) {
    synchronized (entries) {
      @Nullable V known = entries.get(key);
      if (known != null) {
        return known;
      }
    }
    V computed = compute.apply(key);
    synchronized (entries) {
      @Nullable V first = entries.putIfAbsent(key, computed);
      return first == null ? computed : first;
    }
  }

  /** Number of entries held now. */
  public int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  private static final class LeastRecentlyUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int maxEntries;

    LeastRecentlyUsed(int maxEntries) {
      super(16, 0.75f, true);
      this.maxEntries = maxEntries;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > maxEntries;
    }
  }
}
