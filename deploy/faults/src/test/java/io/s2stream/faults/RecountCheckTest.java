package io.s2stream.faults;

import io.s2stream.faults.frames.Recount;
import io.s2stream.processor.Guarantee;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RecountCheckTest {

  @Test
  void shouldNameEachThingThatIsNotAsPromised() {
    Recount bad = new Recount(100, 1, 2, 3, 4, 5);

    assertThat(RecountCheck.problems(bad, Guarantee.EXACTLY_ONCE, 0)).hasSize(5);
    assertThat(RecountCheck.problems(bad, Guarantee.AT_LEAST_ONCE, 0)).hasSize(4);
  }

  @Test
  void shouldAllowRepetitionOnlyAsFarAsTold() {
    Recount repeated = new Recount(100, 0, 2, 0, 0, 0);

    assertThat(RecountCheck.problems(repeated, Guarantee.AT_LEAST_ONCE, 0.02)).isEmpty();
    assertThat(RecountCheck.problems(repeated, Guarantee.AT_LEAST_ONCE, 0.01)).hasSize(1);
  }
}
