package io.s2stream.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the values make of the workloads. */
class WorkloadsTest {

  private static JsonNode pod(JsonNode workload) {
    return workload.at("/spec/template/spec");
  }

  @Test
  void shouldPassTheStrictLint() {
    assertThat(Chart.lint().isFailed()).as("%s", Chart.lint().getMessages()).isFalse();
  }

  @Test
  void shouldGiveEachProcessorOneGpuAndNeverSurge() {
    JsonNode processor = Chart.render("{processor: {replicas: 4}}").processor();

    assertThat(processor.at("/spec/replicas").intValue()).isEqualTo(4);
    assertThat(processor.at("/spec/strategy/rollingUpdate/maxSurge").intValue()).isZero();
    assertThat(processor.at("/spec/strategy/rollingUpdate/maxUnavailable").intValue()).isOne();
    assertThat(pod(processor).at("/containers/0/resources/limits/nvidia.com~1gpu").intValue())
        .isOne();
    assertThat(pod(processor).at("/containers/0/image").asText())
        .isEqualTo("s2-stream/processor:0.1.0-cuda");
    assertThat(pod(processor).at("/tolerations/0/key").asText()).isEqualTo("nvidia.com/gpu");
    assertThat(pod(processor).has("runtimeClassName")).isFalse();
  }

  @Test
  void shouldAskForAMigSliceAndRunOnTheCpu() {
    JsonNode mig =
        pod(
            Chart.render(
                    "{processor: {gpu: {resourceName: nvidia.com/mig-1g.10gb, runtimeClassName: nvidia}}}")
                .processor());
    JsonNode cpu = Chart.render("{processor: {gpu: {enabled: false}}}").processor();

    assertThat(mig.at("/containers/0/resources/limits/nvidia.com~1mig-1g.10gb").intValue()).isOne();
    assertThat(mig.at("/containers/0/resources/limits").has("nvidia.com/gpu")).isFalse();
    assertThat(mig.at("/runtimeClassName").asText()).isEqualTo("nvidia");
    assertThat(pod(cpu).at("/containers/0/resources/limits").properties()).hasSize(1);
    assertThat(pod(cpu).has("tolerations")).isFalse();
    assertThat(pod(cpu).at("/containers/0/image").asText()).isEqualTo("s2-stream/processor:0.1.0");
    assertThat(cpu.at("/spec/strategy/rollingUpdate/maxSurge").intValue()).isOne();
  }

  @Test
  void shouldStartTheTowerOnTheGpuOnlyInThePodsThatHaveOne() {
    assertThat(Chart.render("{}").processorConfig()).contains("\"device\": \"gpu\"");
    assertThat(Chart.render("{processor: {gpu: {enabled: false}}}").processorConfig())
        .contains("\"device\": \"cpu\"");
  }

  @Test
  void shouldLeaveTheNumberOfPodsToTheAutoscaler() {
    Rendered rendered =
        Chart.render(
            "{processor: {config: {application-id: fleet, frames-topic: f}, autoscaling: {enabled: true}}}");
    JsonNode scaled = rendered.object("ScaledObject", "demo-s2-stream-processor");

    assertThat(rendered.processor().path("spec").has("replicas")).isFalse();
    assertThat(scaled.at("/spec/scaleTargetRef/name").asText())
        .isEqualTo(rendered.processor().at("/metadata/name").asText());
    JsonNode trigger = scaled.at("/spec/triggers/0/metadata");
    assertThat(trigger.path("consumerGroup").asText()).isEqualTo("fleet");
    assertThat(trigger.path("topic").asText()).isEqualTo("f");
    assertThat(trigger.path("limitToPartitionsWithLag").textValue()).isEqualTo("true");
    assertThat(trigger.path("lagThreshold").textValue()).isEqualTo("100");
  }

  @Test
  void shouldGiveTheTopicsJobAPlaceAndTheEnvironmentThatConfigurationsReferTo() {
    JsonNode job =
        Chart.render(
                """
                topics:
                  job:
                    nodeSelector: {kubernetes.io/arch: amd64}
                    extraEnv: [{name: SITE, value: north}]
                    extraEnvFrom: [{secretRef: {name: more}}]
                """)
            .object("Job", "demo-s2-stream-topics");

    assertThat(pod(job).at("/nodeSelector/kubernetes.io~1arch").asText()).isEqualTo("amd64");
    JsonNode container = pod(job).at("/containers/0");
    assertThat(container.path("env").findValuesAsText("name")).contains("SITE");
    assertThat(container.at("/envFrom/0/secretRef/name").asText()).isEqualTo("more");
  }

  @Test
  void shouldGiveTheAutoscalerTheClientCertificateOrAskForItsCredentials() {
    String tls =
        "kafka: {tls: {enabled: true, caSecret: {name: ca}, clientSecret: {name: user}}}\n";
    String scaled = "processor: {autoscaling: {enabled: true}}\n";

    JsonNode authentication =
        Chart.render(tls + scaled).object("TriggerAuthentication", "demo-s2-stream-processor");
    assertThat(authentication.at("/spec/secretTargetRef").toString())
        .isEqualTo(
            "[{\"parameter\":\"ca\",\"name\":\"ca\",\"key\":\"ca.crt\"},"
                + "{\"parameter\":\"cert\",\"name\":\"user\",\"key\":\"user.crt\"},"
                + "{\"parameter\":\"key\",\"name\":\"user\",\"key\":\"user.key\"}]");
    assertThatThrownBy(
            () ->
                Chart.render(
                    "kafka: {sasl: {mechanism: SCRAM-SHA-512, existingSecret: user}}\n" + scaled))
        .hasMessageContaining("processor.autoscaling.triggerAuthentication is required");
  }

  @Test
  void shouldRestartPodsWhenTheirConfigurationChangesAndOnlyThen() {
    String checksum = "/spec/template/metadata/annotations/checksum~1config";
    Rendered before = Chart.render("{}");
    Rendered after = Chart.render("{processor: {config: {dtype: float32}}}");

    assertThat(after.processor().at(checksum)).isNotEqualTo(before.processor().at(checksum));
    assertThat(after.ingest().at(checksum)).isEqualTo(before.ingest().at(checksum));
    assertThat(before.ingest().at(checksum).asText()).hasSize(64);
    // Ingest follows its streams by itself.
    assertThat(
            Chart.render("{ingest: {config: {streams: [{id: x, uri: x}]}}}").ingest().at(checksum))
        .isEqualTo(before.ingest().at(checksum));
    assertThat(Chart.render("{ingest: {config: {sampling: {fps: 7}}}}").ingest().at(checksum))
        .isNotEqualTo(before.ingest().at(checksum));
  }

  @Test
  void shouldMakeTheTopicsBeforeAnythingElseWithLeaveThatTheServicesDoNotHave() {
    Rendered rendered = Chart.render("{}");
    JsonNode job = rendered.object("Job", "demo-s2-stream-topics");

    assertThat(job.at("/metadata/annotations/hook").asText()).isEqualTo("pre-install,pre-upgrade");
    assertThat(pod(job).at("/containers/0/args").toString())
        .isEqualTo(
            "[\"topics\",\"--ingest=/etc/s2/config/ingest.yaml\",\"--process=/etc/s2/config/process.yaml\"]");
    assertThat(pod(job).at("/containers/0/image").asText()).isEqualTo("s2-stream/processor:0.1.0");
    assertThat(rendered.configFile("demo-s2-stream-topics", "ingest.yaml"))
        .contains("\"create\": true");
    assertThat(rendered.ingestConfig()).contains("\"create\": false");
    // A hook runs before the objects of the release are there.
    assertThat(pod(job).at("/serviceAccountName").asText()).isEqualTo("default");
    assertThat(job.at("/metadata/annotations/hook-weight").asText()).isEqualTo("0");
    assertThat(
            rendered
                .object("ConfigMap", "demo-s2-stream-topics")
                .at("/metadata/annotations/hook-weight")
                .asText())
        .isEqualTo("-10");
  }

  @Test
  void shouldLeaveTheTopicsToStrimzi() {
    Rendered rendered =
        Chart.render("{topics: {mode: strimzi, strimzi: {cluster: c, namespace: kafka}}}");
    JsonNode topic = rendered.object("KafkaTopic", "s2.frames.dlq");

    assertThat(rendered.names()).noneMatch(name -> name.startsWith("Job"));
    assertThat(topic.at("/metadata/labels/strimzi.io~1cluster").asText()).isEqualTo("c");
    assertThat(topic.at("/metadata/namespace").asText()).isEqualTo("kafka");
    assertThat(topic.at("/spec/config/max.message.bytes").isIntegralNumber()).isTrue();
    assertThat(topic.at("/spec/config/max.message.bytes").intValue()).isEqualTo(44_040_192);
  }

  @Test
  void shouldMakeNoTopicWhoseNameHasPlacesInIt() {
    Rendered rendered =
        Chart.render(
            "{topics: {mode: strimzi, strimzi: {cluster: c}},"
                + " processor: {config: {features-topic: \"s2.features.{group}\"}}}");

    assertThat(rendered.names())
        .contains("KafkaTopic s2.frames", "KafkaTopic s2.frames.dlq")
        .noneMatch(name -> name.startsWith("KafkaTopic s2.features"));
  }

  @Test
  void shouldFillTheModelVolumeBeforeTheProcessorAndTheJobStart() {
    Rendered rendered =
        Chart.render("{processor: {model: {source: image, image: {reference: \"m@sha256:1\"}}}}");

    for (JsonNode workload :
        new JsonNode[] {rendered.processor(), rendered.object("Job", "demo-s2-stream-topics")}) {
      JsonNode init = pod(workload).at("/initContainers/0");
      assertThat(init.path("image").asText()).isEqualTo("m@sha256:1");
      assertThat(init.path("command").toString())
          .isEqualTo("[\"cp\",\"-r\",\"/model/.\",\"/models/\"]");
    }
  }

  @Test
  void shouldOutlastADrainWithTheTimeAPodHasToStop() {
    Rendered rendered = Chart.render("{}");

    for (JsonNode workload : new JsonNode[] {rendered.ingest(), rendered.processor()}) {
      assertThat(pod(workload).path("terminationGracePeriodSeconds").intValue()).isGreaterThan(60);
    }
  }

  @Test
  void shouldGiveTheTowerTimeToLoadBeforeAskingWhetherThePodLives() {
    Rendered rendered = Chart.render("{probes: {startupSeconds: 601}, http: {port: 9000}}");

    for (JsonNode workload : new JsonNode[] {rendered.ingest(), rendered.processor()}) {
      JsonNode container = pod(workload).at("/containers/0");
      JsonNode startup = container.path("startupProbe");
      assertThat(
              startup.path("periodSeconds").intValue()
                  * startup.path("failureThreshold").intValue())
          .isBetween(601, 605);
      assertThat(startup.at("/httpGet/path").asText()).isEqualTo("/startupz");
      assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
      assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
      assertThat(container.at("/ports/0/name").asText()).isEqualTo("http");
      assertThat(container.at("/ports/0/containerPort").intValue()).isEqualTo(9000);
    }
  }

  @Test
  void shouldLetPrometheusAndGrafanaFindWhatIsForThem() throws Exception {
    Rendered rendered =
        Chart.render(
            "{podMonitor: {enabled: true, labels: {release: prom}}, prometheusRule: {enabled: true}, dashboards: {enabled: true}}");
    JsonNode monitor = rendered.object("PodMonitor", "demo-s2-stream");
    JsonNode dashboards = rendered.object("ConfigMap", "demo-s2-stream-dashboards");

    assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("prom");
    assertThat(monitor.at("/spec/podMetricsEndpoints/0/port").asText()).isEqualTo("http");
    for (var label : monitor.at("/spec/selector/matchLabels").properties()) {
      assertThat(rendered.processor().at("/spec/template/metadata/labels").path(label.getKey()))
          .isEqualTo(label.getValue());
    }
    assertThat(dashboards.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    assertThat(
            new ObjectMapper()
                .readTree(dashboards.at("/data/s2-stream.json").asText())
                .path("panels"))
        .isNotEmpty();
    assertThat(rendered.object("PrometheusRule", "demo-s2-stream").at("/spec/groups/0/rules"))
        .hasSizeGreaterThan(5);
  }
}
