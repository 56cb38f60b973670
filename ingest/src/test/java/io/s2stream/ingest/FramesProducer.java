package io.s2stream.ingest;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.StringSerializer;

/** Keeps what it is sent, without making messages of it. */
class FramesProducer extends MockProducer<String, Object> {

  /**
   * @param answers whether records are acknowledged at once
   */
  FramesProducer(boolean answers) {
    super(answers, new RoundRobinPartitioner(), new StringSerializer(), (topic, v) -> new byte[0]);
  }
}
