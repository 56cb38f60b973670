package io.s2stream.processor.memory;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.ByteSize;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import org.jspecify.annotations.Nullable;

/** How much of the JVM's heap the processor may use. Memory of the tower is not on the heap. */
public record MemoryConfig(
    @Setting(
            value =
                "Heap for everything: reading, waiting, work under way, sending. The limits of Kafka's clients and the"
                    + " frame batches under way follow from it, the record sizes and the partitions; what can't work is refused at"
                    + " start. Not set: all of the JVM's heap (-Xmx).",
            optional = true)
        @Nullable ByteSize max,
    @Setting(
            value =
                "Most partitions of the frames topic that this process may get. Not set: all of them, which it gets when no"
                    + " other processor runs.",
            optional = true)
        @Nullable Integer partitions) {

  public MemoryConfig {
    List<Problem> problems = new ArrayList<>();
    long heap = Runtime.getRuntime().maxMemory();
    if (max != null && max.bytes() > heap) {
      problems.add(
          new Problem("max", max + " is more than the JVM's heap, " + heap + " bytes; raise -Xmx"));
    }
    if (partitions != null && partitions < 1) {
      problems.add(new Problem("partitions", "must be at least 1, found " + partitions));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  /** The heap that may be used, in bytes. */
  public long maxBytes() {
    return max == null ? Runtime.getRuntime().maxMemory() : max.bytes();
  }
}
