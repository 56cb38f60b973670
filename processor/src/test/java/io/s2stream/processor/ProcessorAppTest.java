package io.s2stream.processor;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.TowerInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Starts that fail before a broker is asked. */
class ProcessorAppTest {
  private static final Path DEMO_TOWER = Path.of("src/main/model/demo-vit");

  /** Ends every start with an error of the JVM, before anything else is asked of it. */
  private static final class BrokenExtractor implements FeatureExtractor {
    private boolean closed;

    @Override
    public TowerInfo tower() {
      throw new StackOverflowError("put in");
    }

    @Override
    public FeatureLayout layout(int height, int width) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FeatureLayout nominalLayout() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void extract(List<FrameBlock> blocks) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void shouldFreeTowerAndPortWhenAnErrorEndsTheStart() throws Exception {
    // given
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ProcessorConfig config = config("http: {port: " + port + "}");
    BrokenExtractor extractor = new BrokenExtractor();

    // when
    assertThatThrownBy(() -> ProcessorApp.start(config, extractor, new SimpleMeterRegistry()))
        .isInstanceOf(StackOverflowError.class);

    // then
    assertThat(extractor.closed).isTrue();
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void shouldNameTheSettingWhenTheScalesDoNotFitTheTower() throws Exception {
    ProcessorConfig config = config("s2: {scales: [1.5]}");
    assertThatThrownBy(() -> ProcessorApp.start(config))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("s2: ")
        .hasMessageContaining("tiles of 168 pixels");
    assertThatThrownBy(() -> ProcessorTopics.ensure(config))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("tiles of 168 pixels");
  }

  @Test
  void shouldNameTheSettingWhenNoTopicCouldCarryTheRecords() throws Exception {
    ProcessorConfig config = config("s2: {scales: [43]}\ndtype: float32");
    assertThatThrownBy(() -> ProcessorApp.start(config))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("max-frames-per-record: ")
        .hasMessageContaining("of 8 frames would have 2");
    assertThatThrownBy(() -> ProcessorTopics.ensure(config))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("max-frames-per-record: ");
  }

  @Test
  void shouldNameTheSettingThatTheSerdesRefuse() throws Exception {
    ProcessorConfig config =
        ConfigParser.parse(
            """
            kafka:
              bootstrap.servers: "127.0.0.1:1"
              schema.registry.url: "mock://processor-app-test"
              auto.register.schemas: perhaps
            tower: {model-dir: "%s", threads: 1, instances: 1}
            """
                .formatted(DEMO_TOWER),
            "test",
            ProcessorConfig.class,
            Map.of());
    assertThatThrownBy(() -> ProcessorApp.start(config))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("kafka: auto.register.schemas");
  }

  private static ProcessorConfig config(String more) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "127.0.0.1:1", schema.registry.url: "mock://processor-app-test"}
        tower: {model-dir: "%s", threads: 1, instances: 1}
        %s
        """
            .formatted(DEMO_TOWER, more);
    return ConfigParser.parse(yaml, "test", ProcessorConfig.class, Map.of());
  }
}
