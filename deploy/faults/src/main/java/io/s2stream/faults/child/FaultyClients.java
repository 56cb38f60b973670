package io.s2stream.faults.child;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The processor's own clients with faults put in: while a feature record is being sent, and at
 * commits.
 */
final class FaultyClients implements KafkaClientSupplier {
  private static final Set<String> COMMITS =
      Set.of("commitSync", "sendOffsetsToTransaction", "commitTransaction");

  private final KafkaClientSupplier clients;
  private final String featuresTopic;
  private final FaultPlan faults;

  FaultyClients(KafkaClientSupplier clients, String featuresTopic, FaultPlan faults) {
    this.clients = clients;
    this.featuresTopic = featuresTopic;
    this.faults = faults;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return clients.getAdmin(config);
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy has the type of what it wraps
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Map<String, Object> failing = new HashMap<>(config);
    failing.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, ExpiringSends.class);
    failing.put(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, List.of(ExpiringSends.class.getName()));
    return (Producer<byte[], byte[]>) wrap(Producer.class, clients.getProducer(failing));
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy has the type of what it wraps
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return (Consumer<byte[], byte[]>) wrap(Consumer.class, clients.getConsumer(config));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return clients.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return clients.getGlobalConsumer(config);
  }

  private Object wrap(Class<?> type, Object client) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (COMMITS.contains(method.getName())) {
            FailingCommit.run(faults, () -> call(client, method, arguments));
            return null; // All of them are void.
          }
          if (method.getName().equals("send")
              && ((ProducerRecord<?, ?>) arguments[0]).topic().equals(featuresTopic)
              && faults.strikes(FaultPoint.HANDOVER)) {
            throw new SerializationException("put in while a feature record is handed over");
          }
          return call(client, method, arguments);
        };
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  private static Object call(Object client, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
