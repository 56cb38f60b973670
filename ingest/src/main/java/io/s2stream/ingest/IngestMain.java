package io.s2stream.ingest;

import java.nio.file.Path;
import java.time.Duration;

import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.schemas.registry.RegistryUnavailableException;
import io.s2stream.schemas.topics.TopicException;

/** Ingest as a process of its own; {@code s2 ingest} is the same with a command line's comfort. */
public final class IngestMain {
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private IngestMain() {}

  /**
   * Runs until every stream is done or it is told to stop. Exit code 0: none failed; 1: a stream
   * failed or no broker answered in time; 2: wrong configuration.
   *
   * @param args the configuration file
   */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  static int run(String[] args) throws InterruptedException {
    if (args.length != 1) {
      System.err.println("usage: IngestMain CONFIG.yaml");
      return 2;
    }
    try {
      IngestConfig config =
          ConfigParser.parse(Path.of(args[0]), IngestConfig.class, System.getenv());
      System.out.println(EffectiveConfig.render(config));
      try (IngestApp app = IngestApp.start(config)) {
        Runtime.getRuntime().addShutdownHook(new Thread(app::close, "ingest-shutdown"));
        app.watch(Path.of(args[0]), System.getenv());
        app.awaitFinished(FOREVER);
        boolean failed =
            app.streams().stream().anyMatch(s -> s.state() == StreamStatus.State.FAILED);
        return failed ? 1 : 0;
      }
    } catch (ConfigException | InvalidSettingException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (TopicException e) {
      System.err.println(e.getMessage());
      return e.isUnreachable() ? 1 : 2;
    } catch (RegistryUnavailableException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }
}
