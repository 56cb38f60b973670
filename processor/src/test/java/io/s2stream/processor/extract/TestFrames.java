package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;

/** Frames and options for tests of the extractor. */
final class TestFrames {
  static final Path DEMO_TOWER = Path.of("src/main/model/demo-vit");

  private TestFrames() {}

  /**
   * A gradient with a disc, a grating and noise; src/test/python/make_extractor_fixture.py makes
   * the same.
   */
  static RgbFrame picture(int side) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(3 * side * side);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        for (int c = 0; c < 3; c++) {
          int value = (x * (c + 1) + 2 * y) / 3;
          value += (x - 200) * (x - 200) + (y - 150) * (y - 150) < 90 * 90 ? 70 : 0;
          value += (x / 5 + y / 11) % 2 == 0 ? 25 * c : 0;
          value += (x * 7919 + y * 104729 + c * 31) % 23;
          pixels.put((byte) (value % 256));
        }
      }
    }
    return new RgbFrame(side, side, pixels.flip());
  }

  /** A frame of one colour. */
  static RgbFrame grey(int height, int width, int level) {
    byte[] pixels = new byte[3 * height * width];
    Arrays.fill(pixels, (byte) level);
    return new RgbFrame(height, width, ByteBuffer.wrap(pixels));
  }

  static S2Config options(String yaml) throws ConfigException {
    return ConfigParser.parse(yaml, "test", S2Config.class, Map.of());
  }

  /**
   * One thread: two that wait for each other are many times slower on a machine that is busy with
   * other things.
   */
  static TowerConfig demoTower() {
    return new TowerConfig(DEMO_TOWER, "cpu", 1);
  }
}
