package io.s2stream.local;

import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.meters.ProcessMeters;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A processor that can't be started when all it needs was there already. */
@Timeout(120)
class FailedStartIT {
  @Test
  void shouldLeaveNoThreadBehindThatKeepsTheProcessFromEnding() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // given a registry that refuses what is registered after the threads are made
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      meters
          .config()
          .meterFilter(
              new MeterFilter() {
                @Override
                public MeterFilterReply accept(Meter.Id id) {
                  if (id.getName().equals(ProcessMeters.BUILD_INFO)) {
                    throw new IllegalStateException("put in");
                  }
                  return MeterFilterReply.NEUTRAL;
                }
              });
      ProcessorConfig config =
          ConfigParser.parse(
              """
              kafka: {bootstrap.servers: "%s", schema.registry.url: "mock://failed-start"}
              tower: {model-dir: none}
              """
                  .formatted(broker.bootstrapServers()),
              "test",
              ProcessorConfig.class,
              Map.of());

      // when
      assertThatThrownBy(() -> ProcessorApp.start(config, new FailingTower(), meters))
          .hasMessage("put in");

      // then
      List<String> left =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.isAlive() && !thread.isDaemon())
              .map(Thread::getName)
              .filter(name -> name.startsWith("s2-") || name.startsWith("kafka-admin"))
              .toList();
      assertThat(left).isEmpty();
    }
  }
}
