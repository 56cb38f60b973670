package io.s2stream.bench.compare;

import java.time.Duration;

/**
 * How often a comparison is repeated: each round runs ours and its peers once, in turn, so that
 * what disturbs the machine disturbs all. Bounded in time rather than in number.
 *
 * @param warmUps rounds before, not counted
 * @param atLeast rounds that count, but for a machine that needs twice the budget for them
 * @param atMost rounds that count
 * @param budget after which no round is begun that is not needed; after twice this time only the
 *     first is
 */
record Rounds(int warmUps, int atLeast, int atMost, Duration budget) {

  /** One round; {@code counted} is false for a warm-up. */
  interface Round {
    void run(boolean counted) throws Exception;
  }

  /** As many, after so many that don't count. */
  Rounds warmedUp(int rounds) {
    return new Rounds(rounds, atLeast, atMost, budget);
  }

  void run(Round round) throws Exception {
    long end = System.nanoTime() + budget.toNanos();
    for (int i = 0; i < warmUps; i++) {
      round.run(false);
    }
    long last = end + budget.toNanos();
    for (int i = 0; i == 0 || i < rounds(end, last); i++) {
      round.run(true);
    }
  }

  private int rounds(long end, long last) {
    long now = System.nanoTime();
    return now < end ? atMost : now < last ? atLeast : 0;
  }
}
