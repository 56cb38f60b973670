package io.s2stream.faults.child;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.s2stream.local.EmbeddedBroker;

/** A Kafka node as a process of its own; SIGTERM shuts it down in order. */
public final class BrokerMain {
  private BrokerMain() {}

  /**
   * @param args storage directory, cluster id, port, and broker properties as {@code key=value}
   */
  public static void main(String[] args) throws Exception {
    Commands.listen(command -> {});
    Map<String, String> overrides = new HashMap<>();
    for (int i = 3; i < args.length; i++) {
      String[] setting = args[i].split("=", 2);
      overrides.put(setting[0], setting[1]);
    }
    EmbeddedBroker broker =
        EmbeddedBroker.start(Path.of(args[0]), args[1], Integer.parseInt(args[2]), overrides);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
    Commands.say("ready");
  }
}
