package io.s2stream.helm;

import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever the values, the API server would take what is rendered. */
class ChartTypesTest {
  static final List<String> COMBINATIONS = Combinations.ALL;

  @ParameterizedTest
  @FieldSource("COMBINATIONS")
  void shouldKnowEveryFieldOfEveryObject(String values) {
    Rendered rendered = Chart.render(values);

    assertThat(rendered.objects()).isNotEmpty();
    assertThat(rendered.objects())
        .allSatisfy(object -> assertThat(KubernetesTypes.problems(object)).isEmpty());
  }

  @ParameterizedTest
  @FieldSource("COMBINATIONS")
  void shouldNameEachObjectOnceAndLabelIt(String values) {
    Rendered rendered = Chart.render(values);

    assertThat(rendered.names()).doesNotHaveDuplicates();
    assertThat(rendered.objects())
        .allSatisfy(
            object ->
                assertThat(object.at("/metadata/labels").properties())
                    .extracting(entry -> entry.getKey() + "=" + entry.getValue().asText())
                    .contains(
                        "app.kubernetes.io/instance=demo",
                        "app.kubernetes.io/managed-by=Helm",
                        "app.kubernetes.io/version=0.1.0"));
  }

  @ParameterizedTest
  @FieldSource("COMBINATIONS")
  void shouldMountOnlyVolumesThatAreThereAndSelectItsOwnPods(String values) {
    for (JsonNode object : Chart.render(values).objects()) {
      JsonNode template = object.at("/spec/template");
      List<String> volumes = texts(template.at("/spec/volumes"), "name").toList();
      for (String list : List.of("containers", "initContainers")) {
        for (JsonNode container : template.at("/spec/" + list)) {
          assertThat(volumes).containsAll(texts(container.path("volumeMounts"), "name").toList());
          assertThat(texts(container.path("volumeMounts"), "mountPath").toList())
              .doesNotHaveDuplicates();
        }
      }
      for (var label : object.at("/spec/selector/matchLabels").properties()) {
        if (template.isObject()) {
          assertThat(template.at("/metadata/labels").path(label.getKey()))
              .isEqualTo(label.getValue());
        }
      }
    }
  }

  @Test
  void shouldFindAnUnknownFieldAndAWrongType() throws Exception {
    JsonNode bad =
        new YAMLMapper()
            .readTree(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: bad, labels: {count: 3}}
                spec: {template: {spec: {containers: [{name: c, imagePulPolicy: Always}]}}}
                """);
    JsonNode alsoBad =
        new YAMLMapper()
            .readTree("{apiVersion: apps/v1, kind: Deployment, spec: {replicas: \"2\"}}");

    assertThat(KubernetesTypes.problems(bad))
        .singleElement()
        .asString()
        .contains("Cannot coerce Integer value (3)");
    assertThat(KubernetesTypes.problems(alsoBad)).hasSize(1);
    ((com.fasterxml.jackson.databind.node.ObjectNode) bad.path("metadata")).remove("labels");
    assertThat(KubernetesTypes.problems(bad))
        .containsExactly(
            "apps/v1/Deployment bad.spec.template.spec.containers[0].imagePulPolicy: unknown field");
  }

  private static Stream<String> texts(JsonNode items, String field) {
    return items.valueStream().map(item -> item.path(field).asText());
  }
}
