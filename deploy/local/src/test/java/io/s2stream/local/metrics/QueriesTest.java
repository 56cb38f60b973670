package io.s2stream.local.metrics;

import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QueriesTest {

  @Test
  void shouldAskOnlyForMetersThatThereAre() throws Exception {
    Set<String> known = new TreeSet<>(Meters.sampleNames(Meters.ingest().scrape()));
    known.addAll(Meters.sampleNames(Meters.processor().scrape()));
    known.addAll(Meters.sampleNames(Meters.shared().scrape()));

    assertThat(Queries.all())
        .hasSizeGreaterThan(15)
        .allSatisfy(
            query -> assertThat(Queries.metrics(query)).as(query).isNotEmpty().isSubsetOf(known));
  }
}
