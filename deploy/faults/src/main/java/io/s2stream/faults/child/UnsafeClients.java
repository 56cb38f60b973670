package io.s2stream.faults.child;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The processor's own clients with commit safety switched off: offsets are committed as Kafka
 * Streams says, past frames under way. For the control case alone. The processor refuses to run
 * with other clients than its own, so the methods that make commits safe are passed over by
 * reflection.
 */
final class UnsafeClients implements KafkaClientSupplier {
  private static final Set<String> COMMITS = Set.of("commitSync", "sendOffsetsToTransaction");

  private final KafkaClientSupplier safe;

  UnsafeClients(KafkaClientSupplier safe) {
    this.safe = safe;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return safe.getAdmin(config);
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy has the type of what it wraps
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return (Producer<byte[], byte[]>) wrap(Producer.class, safe.getProducer(config));
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy has the type of what it wraps
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return (Consumer<byte[], byte[]>) wrap(Consumer.class, safe.getConsumer(config));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return safe.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return safe.getGlobalConsumer(config);
  }

  private static Object wrap(Class<?> type, Object client) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (COMMITS.contains(method.getName())) {
            return ofKafka(client, method, arguments);
          }
          try {
            return method.invoke(client, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** Calls Kafka's own method, which the processor's client overrides. */
  private static Object ofKafka(Object client, Method method, Object[] arguments) throws Throwable {
    Class<?> own = client.getClass();
    return MethodHandles.privateLookupIn(own, MethodHandles.lookup())
        .findSpecial(
            own.getSuperclass(),
            method.getName(),
            MethodType.methodType(method.getReturnType(), method.getParameterTypes()),
            own)
        .bindTo(client)
        .invokeWithArguments(arguments);
  }
}
