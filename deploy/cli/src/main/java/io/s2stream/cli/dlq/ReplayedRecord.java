package io.s2stream.cli.dlq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A dead letter as it was before: its own headers, and how often it was replayed. */
final class ReplayedRecord {
  /** What the processor adds. */
  private static final Set<String> ADDED =
      Set.of(
          DeadLetterHeaders.REASON,
          DeadLetterHeaders.STREAM,
          DeadLetterHeaders.OMITTED_BYTES,
          DeadLetterHeaders.OMITTED_HEADERS,
          DeadLetterHeaders.OMITTED_KEY_BYTES,
          DeadLetterHeaders.PROCESSOR_VERSION,
          DeadLetterHeaders.MESSAGE,
          DeadLetterHeaders.EXCEPTION,
          DeadLetterHeaders.TOPIC,
          DeadLetterHeaders.PARTITION,
          DeadLetterHeaders.OFFSET);

  /** Records of a frames topic may be large; its own limit decides. */
  private static final int MAX_REQUEST_BYTES = 1 << 30;

  private ReplayedRecord() {}

  static Producer<byte[], byte[]> producer(KafkaSettings kafka, String group) {
    Map<String, Object> config = new HashMap<>(kafka.producer());
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group);
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    config.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) MAX_REQUEST_BYTES);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * @param whole the letter, or the message it was made of if a part of it was left out
   * @param to goes to the partition the letter came from, if that topic has it
   */
  static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> letter,
      ConsumerRecord<byte[], byte[]> whole,
      Letter facts,
      String to,
      Producer<byte[], byte[]> producer) {
    int partition = facts.sourcePartition();
    boolean there = partition >= 0 && partition < producer.partitionsFor(to).size();
    return new ProducerRecord<>(
        to,
        there ? partition : null,
        letter.timestamp(),
        whole.key(),
        whole.value(),
        headers(whole == letter ? own(letter) : List.of(whole.headers().toArray()), facts));
  }

  /** What stands after the letter's own headers begins with the stream, if it has a key. */
  private static List<Header> own(ConsumerRecord<byte[], byte[]> letter) {
    List<Header> headers = new ArrayList<>(List.of(letter.headers().toArray()));
    int ours = lastIndex(headers, DeadLetterHeaders.REASON);
    if (ours > 0
        && letter.key() != null
        && headers.get(ours - 1).key().equals(DeadLetterHeaders.STREAM)) {
      ours--;
    }
    if (ours >= 0) {
      headers.subList(ours, headers.size()).removeIf(header -> ADDED.contains(header.key()));
    }
    return headers;
  }

  private static List<Header> headers(List<Header> own, Letter facts) {
    List<Header> headers = new ArrayList<>(own);
    int rounds = lastIndex(headers, DeadLetterHeaders.REPLAYS);
    if (rounds >= 0) {
      headers.remove(rounds);
    }
    String next = Integer.toString(facts.replays() + 1);
    headers.add(new RecordHeader(DeadLetterHeaders.REPLAYS, next.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }

  private static int lastIndex(List<Header> headers, String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).key().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** What goes wrong shows when the transaction is committed. */
  static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }
}
