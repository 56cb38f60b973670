package io.s2stream.bench.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.s2stream.processor.Guarantee;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * From the start of a {@code s2 process} to the features of a frame that waits for it, where the
 * demo has run before: it leaves its classes for other starts.
 */
final class StartTime implements Comparison {
  private static final double LIMIT_SECONDS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "From the start of an s2 process to its first feature record";
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    Samples seconds = new Samples();
    if (!bench.tiny()) {
      runDemo(bench);
    }
    try (KafkaBench kafka = KafkaBench.start()) {
      String topic = kafka.framesTopic(Picture.raw(448), 1, 1, 1);
      bench
          .rounds(30)
          .run(
              counted -> {
                double taken = seconds(kafka, topic, bench);
                seconds.add(counted, "start", taken);
                bench.say("start: %.2f s".formatted(taken));
              });
    }
    return List.of(
        Row.limit(
            "start of s2 process to the first record, after a demo, " + bench.demo().getFileName(),
            "s",
            seconds.of("start"),
            LIMIT_SECONDS));
  }

  private static void runDemo(Workbench bench) throws Exception {
    Path output = Files.createTempFile("s2-bench-", ".log");
    try {
      Process demo =
          new ProcessBuilder(bench.launcher().toString(), "demo", "--no-viewer", "--no-keep")
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended || demo.exitValue() != 0) {
        demo.destroyForcibly().waitFor();
        throw new WrongOutputException(
            "s2 demo %s: %s"
                .formatted(
                    ended ? "failed" : "did not end within " + PATIENCE,
                    Files.readString(output).strip()));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static double seconds(KafkaBench kafka, String topic, Workbench bench) throws Exception {
    String name = kafka.newName("start");
    kafka.createTopic(name + ".features", 1, KafkaBench.MAX_MESSAGE_BYTES);
    kafka.createTopic(name + ".dlq", 1, KafkaBench.MAX_MESSAGE_BYTES);
    Path config = Files.createTempFile("s2-bench-", ".yaml");
    Path log = Files.createTempFile("s2-bench-", ".log");
    Files.writeString(
        config,
        ProcessorRun.yaml(kafka, name, topic, 1, Guarantee.EXACTLY_ONCE)
            + "tower: {model-dir: '%s'}\n".formatted(bench.demo()));
    try (KafkaConsumer<byte[], byte[]> subscriber = kafka.subscriber(name + ".features")) {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(bench.launcher().toString(), "process", "--config", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        while (subscriber.poll(Duration.ofMillis(20)).isEmpty()) {
          if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
            throw new WrongOutputException(
                "s2 process gave no features: " + Files.readString(log).strip());
          }
        }
        return (System.nanoTime() - start) / 1e9;
      } finally {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } finally {
      Files.delete(config);
      Files.delete(log);
      kafka.deleteTopics(List.of(name + ".features", name + ".dlq"));
    }
  }
}
