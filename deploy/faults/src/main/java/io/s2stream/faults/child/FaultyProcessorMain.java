package io.s2stream.faults.child;

import java.nio.file.Path;
import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.topology.ClientHook;
import io.s2stream.processor.topology.StreamsGroupConsumer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The true processor as a process of its own, but for the tower: see {@link StampTower}. Answers
 * the command {@code vitals}; {@code toggle} and {@code settle} go to {@link Instances}.
 */
public final class FaultyProcessorMain {
  private FaultyProcessorMain() {}

  /**
   * Exit code 0: told to stop; 1: it failed for good.
   *
   * @param args the configuration file and {@link ChildOptions#arguments}
   */
  public static void main(String[] args) throws Exception {
    List<String> arguments = List.of(args);
    ChildOptions options = ChildOptions.of(arguments.subList(1, arguments.size()));
    ProcessorConfig config =
        ConfigParser.parse(Path.of(args[0]), ProcessorConfig.class, System.getenv());
    FaultPlan faults = FaultPlan.parse(options.faults(), options.seed());
    ExpiringSends.faults = faults;
    FaultyGroupConsumer.faults = faults;
    Instances instances =
        new Instances(options.instances(), options.seed(), () -> start(config, options, faults));
    Commands.listen(
        command -> {
          switch (command) {
            case "vitals" -> Commands.say(vitals());
            case "toggle" -> instances.toggle();
            case "settle" -> instances.settle();
            default -> System.err.println("unknown command " + command);
          }
        });
    Runtime.getRuntime().addShutdownHook(new Thread(instances::close, "shutdown"));
    instances.startAll();
    Commands.say("started");
    String failure = instances.awaitFailure();
    Commands.say("failed " + failure);
    System.exit(1);
  }

  private static ProcessorApp start(ProcessorConfig config, ChildOptions options, FaultPlan faults)
      throws Exception {
    return ProcessorApp.start(
        config,
        new StampTower(options.delay(), options.featureBytes(), faults),
        hook(config, options, faults),
        new SimpleMeterRegistry());
  }

  private static ClientHook hook(ProcessorConfig config, ChildOptions options, FaultPlan faults) {
    if (!options.commitSafety()) {
      return new Hook(UnsafeClients::new, UnsafeGroupConsumer.class);
    }
    if (options.faults().isEmpty()) {
      return ClientHook.NONE;
    }
    return new Hook(
        safe -> new FaultyClients(safe, config.featuresTopic(), faults), FaultyGroupConsumer.class);
  }

  private record Hook(ClientHook other, Class<? extends StreamsGroupConsumer> streamsGroupConsumer)
      implements ClientHook {
    @Override
    public KafkaClientSupplier clients(KafkaClientSupplier safe) {
      return other.clients(safe);
    }
  }

  /** Heap in use after a collection, in bytes, and live threads. */
  private static String vitals() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return "vitals %d %d"
        .formatted(runtime.totalMemory() - runtime.freeMemory(), Thread.getAllStackTraces().size());
  }
}
