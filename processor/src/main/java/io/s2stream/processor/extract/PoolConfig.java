package io.s2stream.processor.extract;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;

/**
 * The {@code pool} section: blocks whose mean takes their place, as VILA's TSP video encoder does
 * with {@code pool_sizes}. A block at an end of an axis that has less than a whole one is the mean
 * of what it has.
 */
public record PoolConfig(
    @Setting(
            value =
                "Consecutive frames of one frame batch that become one. Never more than the batch has: with"
                    + " frames-per-record 1 at ingest there is nothing to pool. Prefix tokens are pooled over frames too.",
            defaultValue = "1")
        int t,
    @Setting(value = "Rows of the token grid that become one.", defaultValue = "1") int h,
    @Setting(value = "Columns of the token grid that become one.", defaultValue = "1") int w) {

  /** Leaves everything as it is. */
  public static final PoolConfig NONE = new PoolConfig(1, 1, 1);

  public PoolConfig {
    var problems = new ArrayList<Problem>();
    atLeastOne(problems, "t", t);
    atLeastOne(problems, "h", h);
    atLeastOne(problems, "w", w);
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  private static void atLeastOne(List<Problem> problems, String name, int value) {
    if (value < 1) {
      problems.add(new Problem(name, "must be at least 1, found " + value));
    }
  }

  /** Blocks of so many frames, the last one perhaps smaller. */
  public int blocks(int frames) {
    return blocks(frames, t);
  }

  /** Rows that are left of so many. */
  public int rows(int gridHeight) {
    return blocks(gridHeight, h);
  }

  /** Columns that are left of so many. */
  public int columns(int gridWidth) {
    return blocks(gridWidth, w);
  }

  private static int blocks(int size, int block) {
    return size / block + (size % block == 0 ? 0 : 1);
  }
}
