package io.s2stream.cli.log;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Log lines as {@code s2} writes them, by the logback.xml that it has. */
class LogLinesTest {
  private final LoggerContext context = context();
  private final Logger log = context.getLogger("io.s2stream.ingest.StreamWorker");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final AtomicLong nanos = new AtomicLong();
  private final RepeatLimit limit = new RepeatLimit(nanos::get);

  @BeforeEach
  void start() {
    events.setContext(context);
    limit.setPerMinute(2);
    events.addFilter(limit);
    events.start();
    log.addAppender(events);
  }

  private static LoggerContext context() {
    LoggerContext made = new LoggerContext();
    made.setMDCAdapter(new LogbackMDCAdapter());
    return made;
  }

  private OutputStreamAppender<ILoggingEvent> configured(String format) throws Exception {
    LoggerContext other = context();
    other.putProperty("S2_LOG_FORMAT", format);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(other);
    configurator.doConfigure(Objects.requireNonNull(getClass().getResource("/logback.xml")));
    return (OutputStreamAppender<ILoggingEvent>)
        Objects.requireNonNull(other.getLogger("ROOT").getAppender(format));
  }

  private String line(String format) throws Exception {
    byte[] line = configured(format).getEncoder().encode(events.list.get(0));
    return new String(line, StandardCharsets.UTF_8);
  }

  @Test
  void shouldWriteOneJsonObjectALine() throws Exception {
    log.atWarn()
        .addKeyValue("stream", "lobby \"1\"")
        .setCause(new IllegalStateException("gone\nfor good"))
        .log("opening it again in {} ms", 500);

    String line = line("json");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(line.strip()).doesNotContain("\n");
    assertThat(json.path("level").asText()).isEqualTo("WARN");
    assertThat(json.path("timestamp").asLong()).isPositive();
    assertThat(json.path("loggerName").asText()).isEqualTo("io.s2stream.ingest.StreamWorker");
    assertThat(json.path("formattedMessage").asText()).isEqualTo("opening it again in 500 ms");
    assertThat(json.at("/kvpList/0/stream").asText()).isEqualTo("lobby \"1\"");
    assertThat(json.at("/throwable/message").asText()).isEqualTo("gone\nfor good");
  }

  @Test
  void shouldNameTheStreamInTextToo() throws Exception {
    log.atInfo().addKeyValue("stream", "lobby").log("reading");
    assertThat(line("text")).endsWith("INFO  StreamWorker: reading stream=lobby\n");

    events.list.clear();
    log.info("no stream");
    assertThat(line("text")).endsWith("StreamWorker: no stream\n");
  }

  @Test
  void shouldLeaveOutRepeatsAndSayHowMany() {
    for (int i = 0; i < 10_000; i++) {
      log.atWarn().addKeyValue("stream", "cam-" + i).log("lost, opening it again in {} ms", i);
    }
    log.warn("something else");
    assertThat(events.list).hasSize(3);

    nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    log.warn("lost, opening it again in {} ms", 1);
    log.warn("lost, opening it again in {} ms", 2);

    assertThat(events.list).hasSize(5);
    assertThat(events.list.get(3).getKeyValuePairs())
        .singleElement()
        .hasToString("left-out=\"9998\"");
    assertThat(events.list.get(4).getKeyValuePairs()).isNull();
  }

  @Test
  void shouldForgetKindsRatherThanGrow() {
    for (int i = 0; i < 5_000; i++) {
      log.warn("a library that puts " + i + " into its text");
    }

    assertThat(events.list).hasSize(5_000);
    assertThat(limit)
        .extracting("kinds")
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .hasSize(1_000);
  }

  @Test
  void shouldRefuseAFormThatIsNone() {
    assertThatThrownBy(() -> LogOutput.check(Map.of("S2_LOG_FORMAT", "xml")))
        .hasMessageContaining("must be text or json, not 'xml'");
    assertThatThrownBy(() -> LogOutput.check(Map.of("S2_LOG_REPEATS", "few")))
        .hasMessageContaining("not 'few'");
    LogOutput.check(Map.of("S2_LOG_FORMAT", "json", "S2_LOG_REPEATS", "0"));
  }
}
