package io.s2stream.local;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.meters.ProcessMeters;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A processor that can't be started when all it needs was there already. */
@Timeout(120)
class FailedStartIT {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws IOException {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void shouldLeaveNoThreadBehindThatKeepsTheProcessFromEnding() throws Exception {
    // given a registry of meters that refuses what is registered after the threads are made
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

    // when
    ProcessorConfig config = config("");
    assertThatThrownBy(() -> ProcessorApp.start(config, new FailingTower(), meters))
        .hasMessage("put in");

    // then
    List<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.isAlive() && !thread.isDaemon())
            .map(Thread::getName)
            .filter(name -> name.startsWith("s2-"))
            .toList();
    assertThat(left).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "streams: {commit.interval.ms: wrong}",
        "producer: {compression.type: wrong}",
        "consumer: {interceptor.classes: wrong}"
      })
  void shouldSayWhatKafkasClientsRefuse(String kafka) throws Exception {
    ProcessorConfig config = config(kafka);
    assertThatThrownBy(
            () -> ProcessorApp.start(config, new FailingTower(), new SimpleMeterRegistry()))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("kafka: ")
        .hasMessageContaining("wrong");
  }

  private static ProcessorConfig config(String kafka) throws Exception {
    String yaml =
        """
        kafka:
          bootstrap.servers: "%s"
          schema.registry.url: "mock://failed-start"
          %s
        tower: {model-dir: none}
        """
            .formatted(broker.bootstrapServers(), kafka);
    return ConfigParser.parse(yaml, "test", ProcessorConfig.class, Map.of());
  }
}
