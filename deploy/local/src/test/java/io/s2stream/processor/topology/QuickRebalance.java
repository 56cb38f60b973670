package io.s2stream.processor.topology;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * When a main consumer is told to rebalance its group, its next poll lasts until that is done: what
 * a thread sees whose machine is busy, or whose group is quick.
 */
final class QuickRebalance implements ClientHook {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);

  private final AtomicInteger rebalances = new AtomicInteger();

  @Override
  public KafkaClientSupplier clients(KafkaClientSupplier safe) {
    return (KafkaClientSupplier)
        Proxy.newProxyInstance(
            KafkaClientSupplier.class.getClassLoader(),
            new Class<?>[] {KafkaClientSupplier.class},
            (proxy, method, arguments) -> {
              Object client = call(safe, method, arguments);
              return method.getName().equals("getConsumer") ? slow(client) : client;
            });
  }

  /** How often a consumer was told to rebalance. */
  int rebalances() {
    return rebalances.get();
  }

  private Object slow(Object consumer) {
    AtomicBoolean told = new AtomicBoolean();
    return Proxy.newProxyInstance(
        Consumer.class.getClassLoader(),
        new Class<?>[] {Consumer.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("enforceRebalance")) {
            told.set(true);
            rebalances.incrementAndGet();
          }
          boolean waits = method.getName().equals("poll") && told.getAndSet(false);
          return call(consumer, method, waits ? new Object[] {LONG_ENOUGH} : arguments);
        });
  }

  private static Object call(Object of, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(of, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
