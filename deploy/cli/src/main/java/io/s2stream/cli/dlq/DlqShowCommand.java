package io.s2stream.cli.dlq;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code s2 dlq show}: everything about one dead letter. */
@Command(
    name = "show",
    description = "Show one dead letter with all its headers; write its value to a file.",
    mixinStandardHelpOptions = true)
final class DlqShowCommand implements Callable<Integer> {
  private static final int MAX_BYTES_SHOWN = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions where = new KafkaOptions();

  @Parameters(
      paramLabel = "PARTITION@OFFSET",
      description = "Position in the dead-letter topic, as s2 dlq list prints it.")
  private String position;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the value, byte for byte, to this file.")
  private @Nullable Path output;

  @Override
  public Integer call() throws Exception {
    String[] parts = position.split("@", -1);
    int partition;
    long offset;
    try {
      partition = Integer.parseInt(parts[0]);
      offset = Long.parseLong(parts[parts.length == 2 ? 1 : 0]);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "'" + position + "': expected PARTITION@OFFSET, such as 0@17", e);
    }
    ConsumerRecord<byte[], byte[]> record;
    try (DeadLetterTopic topic = DeadLetterTopic.open(where.kafka(), where.topic(), null)) {
      TopicPartition found = new TopicPartition(where.topic(), partition);
      record = topic.partitions().contains(found) ? topic.find(found, offset) : null;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (record == null) {
      spec.commandLine().getErr().println("s2: no dead letter at " + position);
      return 1;
    }
    print(record, out);
    byte @Nullable [] value = record.value();
    if (output != null) {
      Files.write(output, value == null ? new byte[0] : value);
    }
    out.flush();
    return 0;
  }

  private static void print(ConsumerRecord<byte[], byte[]> record, PrintWriter out) {
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    out.printf("time: %s%n", Instant.ofEpochMilli(record.timestamp()));
    out.printf("key: %s%n", key == null ? "none" : text(key));
    out.printf(Locale.ROOT, "value: %s%n", value == null ? "none" : value.length + " bytes");
    for (Header header : record.headers()) {
      byte @Nullable [] bytes = header.value();
      out.printf("header %s: %s%n", header.key(), bytes == null ? "null" : text(bytes));
    }
  }

  /** As text if it is some, otherwise as hexadecimal digits; at most a thousand bytes. */
  private static String text(byte[] bytes) {
    int shown = Math.min(bytes.length, MAX_BYTES_SHOWN);
    String rest = shown < bytes.length ? "… (" + bytes.length + " bytes)" : "";
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, shown)) + rest;
    } catch (CharacterCodingException e) {
      return "0x" + HexFormat.of().formatHex(bytes, 0, shown) + rest;
    }
  }
}
