package io.s2stream.processor;

import java.util.Map;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.s2stream.meters.KafkaMeters;
import io.s2stream.meters.ProcessMeters;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.processor.metrics.GpuMeters;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/** The meters of the processor's surroundings: its process, its GPUs, Kafka's clients. */
final class ServiceMeters implements AutoCloseable {
  private final ProcessMeters process;
  private final @Nullable GpuMeters gpus;

  private ServiceMeters(ProcessMeters process, @Nullable GpuMeters gpus) {
    this.process = process;
    this.gpus = gpus;
  }

  /**
   * @param onGpu whether a tower runs on a GPU
   * @param kafka the metrics of Kafka Streams and its clients
   * @return close it when the service ends
   */
  static ServiceMeters bind(
      MeterRegistry registry,
      String version,
      TowerInfo tower,
      boolean onGpu,
      Supplier<? extends Map<MetricName, ? extends Metric>> kafka) {
    ProcessMeters.buildInfo(
        registry,
        Tags.of("version", version, "tower", tower.name(), "tower.sha256", tower.sha256()));
    KafkaMeters.bindStreams(registry, kafka);
    return new ServiceMeters(
        ProcessMeters.bind(registry), onGpu ? GpuMeters.start(registry) : null);
  }

  @Override
  public void close() {
    process.close();
    if (gpus != null) {
      gpus.close();
    }
  }
}
