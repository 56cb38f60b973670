package io.s2stream.helm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Mistakes in the values are refused before anything reaches a cluster. */
class RefusedValuesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {procesor: {}}                                        | procesor
          {processor: {config: {dtpye: float16}}}               | dtpye
          {processor: {config: {dtype: float8}}}                | dtype
          {processor: {config: {batch: {max-frames: many}}}}    | max-frames
          {processor: {config: {topics: {create: true}}}}       | topics
          {ingest: {config: {streams: [{id: a}]}}}              | uri
          {ingest: {config: {stall-timeout: 15}}}               | stall-timeout
          {topics: {mode: hook}}                                | mode
          {ingest: {terminationGracePeriodSeconds: 30}}         | terminationGracePeriodSeconds
          {processor: {gpu: {enabled: "yes"}}}                  | enabled
          {ingest: {config: {shard: {count: 2}}}}               | shard
          {log: {format: xml}}                                  | log
          {processor: {gpu: {count: 0}}}                        | count
          {processor: {gpu: {count: 2, resourceName: nvidia.com/mig-1g.10gb}}} | must be 1 with MIG
          {kafka: {bootstrapServers: ""}}                       | kafka.bootstrapServers is required
          {processor: {model: {pvc: {claimName: ""}}}}          | claimName is required
          {processor: {model: {source: hub, hub: {image: i, repository: r}}}} | hub.revision is required
          {topics: {mode: strimzi}}                             | topics.strimzi.cluster is required
          """)
  void shouldNameWhatIsWrong(String values, String message) {
    assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAnInstallationWithoutStreams() {
    assertThatThrownBy(
            () ->
                Chart.renderAll(
                    """
                    kafka: {bootstrapServers: b}
                    schemaRegistry: {url: "http://r"}
                    processor: {model: {pvc: {claimName: m}}}
                    """))
        .hasMessageContaining("ingest.config.streams has 0 streams");
  }
}
