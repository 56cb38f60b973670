package io.s2stream.schemas.topics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out why brokers don't answer. Kafka's clients report only that time ran out, so this opens
 * plain connections to see what the network says.
 */
final class BrokerProbe {
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

  private BrokerProbe() {}

  /** One finding for each server of a {@code host:port} list. */
  static String describe(String bootstrapServers) {
    List<String> findings = new ArrayList<>();
    for (String server : bootstrapServers.split(",", -1)) {
      findings.add(server.strip() + ": " + finding(server.strip()));
    }
    return String.join("; ", findings);
  }

  private static String finding(String server) {
    int colon = server.lastIndexOf(':');
    int port;
    try {
      port = Integer.parseInt(server.substring(colon + 1));
    } catch (NumberFormatException e) {
      return "no port; expected host:port";
    }
    String host = server.substring(0, Math.max(0, colon)).replaceAll("^.*//|[\\[\\]]", "");
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      return "the host name does not resolve";
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_TIMEOUT_MILLIS);
      return "accepts connections but does not answer as a Kafka broker with these settings";
    } catch (IOException e) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }
}
