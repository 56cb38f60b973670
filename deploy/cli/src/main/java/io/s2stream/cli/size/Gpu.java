package io.s2stream.cli.size;

/** GPUs by their dense half-precision tensor throughput, from NVIDIA's data sheets. */
public enum Gpu {
  H200(989),
  H100(989),
  A100(312),
  L40S(362),
  A10(125),
  L4(121),
  T4(65);

  private final int teraFlops;

  Gpu(int teraFlops) {
    this.teraFlops = teraFlops;
  }

  /** 10¹² operations a second. */
  int teraFlops() {
    return teraFlops;
  }
}
