package io.s2stream.ingest.synthetic;
import java.nio.file.*;
import java.time.Duration;
import org.junit.jupiter.api.Test;
class SyntheticClipTest {
  @Test void t() {
    for (int i = 0; i < 3; i++) {
    long t = System.nanoTime();
    int n = SyntheticClip.of(640, 360, 25, Duration.ofSeconds(10)).withRotation(90*i).write(Path.of("/tmp/ing/a"+i+".mp4"));
    System.out.println(n + " frames in " + (System.nanoTime() - t) / 1e9);
    }
    System.out.println(SyntheticClip.of(320, 240, 25, Duration.ofSeconds(10)).withRate(30000,1001).withEncoder("ffv1","yuv444p").write(Path.of("/tmp/ing/b.mkv")));
  }
}
