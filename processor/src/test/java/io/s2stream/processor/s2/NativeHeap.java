package io.s2stream.processor.s2;

import java.util.List;

import com.sun.jna.Function;
import com.sun.jna.Structure;

/** What the process has from glibc's allocator, which is where libtorch's CPU tensors live. */
final class NativeHeap {
  private NativeHeap() {}

  /** Result of {@code mallinfo2}; see its manual page. */
  public static final class MallInfo extends Structure implements Structure.ByValue {
    public long arena;
    public long ordblks;
    public long smblks;
    public long hblks;
    public long hblkhd;
    public long usmblks;
    public long fsmblks;
    public long uordblks;
    public long fordblks;
    public long keepcost;

    @Override
    protected List<String> getFieldOrder() {
      return List.of(
          "arena",
          "ordblks",
          "smblks",
          "hblks",
          "hblkhd",
          "usmblks",
          "fsmblks",
          "uordblks",
          "fordblks",
          "keepcost");
    }
  }

  /** Bytes that are allocated and not freed, in all arenas and mapped blocks. */
  static long liveBytes() {
    var info =
        (MallInfo) Function.getFunction("c", "mallinfo2").invoke(MallInfo.class, new Object[0]);
    return info.uordblks + info.hblkhd;
  }
}
