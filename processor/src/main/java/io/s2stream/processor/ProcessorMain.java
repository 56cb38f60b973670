package io.s2stream.processor;

import java.nio.file.Path;

import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.registry.RegistryUnavailableException;
import io.s2stream.schemas.topics.TopicException;

/**
 * The processor as a process of its own; {@code s2 process} is the same with a command line's
 * comfort.
 */
public final class ProcessorMain {
  private ProcessorMain() {}

  /**
   * Runs until told to stop. Exit code 0: stopped; 1: it could not start or failed for good; 2:
   * wrong configuration.
   *
   * @param args the configuration file
   */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  static int run(String[] args) throws InterruptedException {
    if (args.length != 1) {
      System.err.println("usage: ProcessorMain CONFIG.yaml");
      return 2;
    }
    try {
      ProcessorConfig config =
          ConfigParser.parse(Path.of(args[0]), ProcessorConfig.class, System.getenv());
      System.out.println(EffectiveConfig.render(config));
      ProcessorApp app = ProcessorApp.start(config);
      // A native forward that still runs while the JVM exits crashes it: close() waits for it.
      Runtime.getRuntime().addShutdownHook(new Thread(app::close, "s2-shutdown"));
      app.awaitTermination();
      String failure = app.failure();
      if (failure == null) {
        return 0;
      }
      System.err.println("the processor stopped: " + failure);
      return 1;
    } catch (ConfigException | InvalidSettingException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (TopicException e) {
      System.err.println(e.getMessage());
      return e.isUnreachable() ? 1 : 2;
    } catch (TowerLoadException | RegistryUnavailableException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }
}
