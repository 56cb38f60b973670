package io.s2stream.faults.frames;

import java.util.Arrays;
import java.util.Random;

/** Damages messages as disks, networks and foreign programs do. */
public final class Mutation {
  private static final int HEADER_BYTES = 5;

  private Mutation() {}

  /** A damaged copy of a sound message; a rare one is still sound. */
  public static byte[] of(byte[] message, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> flipped(message, random);
      case 1 -> Arrays.copyOf(message, random.nextInt(message.length));
      case 2 -> randomAvro(message, random);
      default -> longer(message, random);
    };
  }

  /** One to sixteen bits turned over, anywhere. */
  private static byte[] flipped(byte[] message, Random random) {
    byte[] copy = message.clone();
    for (int flips = 1 + random.nextInt(16); flips > 0; flips--) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  /** The right header, and noise where the record should be. */
  private static byte[] randomAvro(byte[] message, Random random) {
    byte[] noise = new byte[HEADER_BYTES + random.nextInt(2 * message.length)];
    random.nextBytes(noise);
    System.arraycopy(message, 0, noise, 0, HEADER_BYTES);
    return noise;
  }

  /** Noise behind the record. */
  private static byte[] longer(byte[] message, Random random) {
    byte[] noise = new byte[message.length + 1 + random.nextInt(100)];
    random.nextBytes(noise);
    System.arraycopy(message, 0, noise, 0, message.length);
    return noise;
  }
}
