package io.s2stream.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Properties of a single-node broker: small, quick to start, with room for large records. */
final class BrokerProperties {
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  static final int NODE_ID = 1;

  private static final long MEBIBYTE = 1 << 20;

  private BrokerProperties() {}

  static Properties of(
      Path storageDir, int port, int controllerPort, Map<String, String> overrides) {
    Properties properties = new Properties();
    String broker = "PLAINTEXT://127.0.0.1:" + port;
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE_ID));
    properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    properties.put("controller.listener.names", CONTROLLER_LISTENER);
    properties.put(
        "listeners", broker + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
    properties.put("advertised.listeners", broker);
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("log.dirs", storageDir.toString());
    singleNode(properties);
    largeRecords(properties);
    smallFootprint(properties);
    properties.putAll(overrides);
    return properties;
  }

  private static void singleNode(Properties properties) {
    properties.put("num.partitions", "1");
    properties.put("default.replication.factor", "1");
    properties.put("auto.create.topics.enable", "false");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "4");
    // Waiting for more members to join would only delay the first record.
    properties.put("group.initial.rebalance.delay.ms", "0");
    // A controlled shutdown is answered with the next heartbeat.
    properties.put("broker.heartbeat.interval.ms", "200");
    properties.put("broker.session.timeout.ms", "6000");
  }

  private static void largeRecords(Properties properties) {
    // One frame's features can take 64 MiB (9216 x 3456 float16).
    properties.put("message.max.bytes", Long.toString(256 * MEBIBYTE));
    properties.put("socket.request.max.bytes", Long.toString(320 * MEBIBYTE));
    properties.put("replica.fetch.max.bytes", Long.toString(256 * MEBIBYTE));
    properties.put("log.segment.bytes", Long.toString(256 * MEBIBYTE));
  }

  private static void smallFootprint(Properties properties) {
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
    properties.put("background.threads", "2");
    properties.put("num.recovery.threads.per.data.dir", "1");
    // The defaults are 128 MiB of heap for the cleaner and 10 MiB of disk for each index.
    properties.put("log.cleaner.dedupe.buffer.size", Long.toString(4 * MEBIBYTE));
    properties.put("log.index.size.max.bytes", Long.toString(MEBIBYTE));
    properties.put("offsets.topic.segment.bytes", Long.toString(16 * MEBIBYTE));
    properties.put("transaction.state.log.segment.bytes", Long.toString(16 * MEBIBYTE));
  }
}
