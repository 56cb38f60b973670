package io.s2stream.processor.topology;

import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * A say in the clients that Kafka Streams gets, for programs that watch them or put faults in. The
 * guarantees rest on the clients that are offered.
 */
@FunctionalInterface
public interface ClientHook {
  /** Takes the clients as they are offered. */
  ClientHook NONE = clients -> clients;

  /**
   * @param safe the processor's own clients, which make commits safe
   * @return those to use
   */
  KafkaClientSupplier clients(KafkaClientSupplier safe);

  /**
   * The main consumer under the {@code streams} group protocol, which does not come from {@link
   * #clients}; a public class with a public constructor.
   */
  default Class<? extends StreamsGroupConsumer> streamsGroupConsumer() {
    return StreamsGroupConsumer.class;
  }
}
