package io.s2stream.helm;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import org.jspecify.annotations.Nullable;

/** Finds fields that the Kubernetes API doesn't know, and values of the wrong type. */
final class KubernetesTypes {
  private static final Map<String, Class<?>> KINDS =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1/StatefulSet", StatefulSet.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("batch/v1/Job", Job.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
          Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

  private static final ObjectMapper MAPPER = strict();

  private KubernetesTypes() {}

  /** One line for each thing that is wrong with this object. */
  static List<String> problems(JsonNode object) {
    String kind = object.path("apiVersion").asText() + "/" + object.path("kind").asText();
    String name = kind + " " + object.at("/metadata/name").asText();
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      return CustomResources.problems(kind, name, object);
    }
    List<String> problems = new ArrayList<>();
    try {
      unknownFields(MAPPER.treeToValue(object, type), name, problems);
    } catch (JsonProcessingException e) {
      problems.add(name + ": " + e.getOriginalMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return problems;
  }

  private static ObjectMapper strict() {
    ObjectMapper mapper =
        JsonMapper.builder().disable(MapperFeature.ALLOW_COERCION_OF_SCALARS).build();
    var text = mapper.coercionConfigFor(LogicalType.Textual);
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      text.setCoercion(shape, CoercionAction.Fail);
    }
    return mapper;
  }

  /** The models keep what they don't know in a map of additional properties, at every level. */
  private static void unknownFields(@Nullable Object value, String path, List<String> problems)
      throws ReflectiveOperationException {
    if (value instanceof Collection<?> items) {
      int i = 0;
      for (Object item : items) {
        unknownFields(item, path + "[" + i++ + "]", problems);
      }
    } else if (value instanceof Map<?, ?> entries) {
      for (Map.Entry<?, ?> entry : entries.entrySet()) {
        unknownFields(entry.getValue(), path + "." + entry.getKey(), problems);
      }
    } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
      for (Map.Entry<String, Object> field : fields(value).entrySet()) {
        if (!field.getKey().equals("additionalProperties")) {
          unknownFields(field.getValue(), path + "." + field.getKey(), problems);
        } else if (field.getValue() instanceof Map<?, ?> unknown) {
          unknown.keySet().forEach(key -> problems.add(path + "." + key + ": unknown field"));
        }
      }
    }
  }

  private static Map<String, Object> fields(Object value) throws ReflectiveOperationException {
    Map<String, Object> fields = new HashMap<>();
    for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          Object content = field.get(value);
          if (content != null) {
            fields.put(field.getName(), content);
          }
        }
      }
    }
    return fields;
  }
}
