package io.s2stream.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.s2stream.config.ConfigParser;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.awaitility.core.ConditionFactory;

import static org.awaitility.Awaitility.await;

/** Configurations over files, and a producer that keeps what it is given. */
final class Streams {

  private Streams() {}

  /** The frame batches that were sent of one stream, in their order. */
  static List<FrameBatch> batches(MockProducer<String, Object> producer, String id) {
    return producer.history().stream()
        .filter(record -> record.key().equals(id) && record.topic().equals("s2.frames"))
        .map(record -> (FrameBatch) record.value())
        .toList();
  }

  /** Waits for what comes soon, also on a machine that has much else to do. */
  static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60));
  }

  static String stream(String id, Path file) {
    return stream(id, file.toString());
  }

  static String stream(String id, String uri) {
    return "  - {id: " + id + ", uri: '" + uri + "'}\n";
  }

  /** 5 frames/s of 32 x 40 pixels, four in a record. */
  static IngestConfig config(String... streams) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32, 40]
        frames-per-record: 4
        sampling: {fps: 5}
        streams:
        """
            + String.join("", streams);
    return ConfigParser.parse(yaml, "test", IngestConfig.class, Map.of());
  }
}
