package io.s2stream.helm;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every pod keeps the restricted Pod Security Standard, and more. */
class PodSecurityTest {
  static final List<String> COMBINATIONS = Combinations.ALL;

  @ParameterizedTest
  @FieldSource("COMBINATIONS")
  void shouldRestrictEveryPodAndContainer(String values) {
    List<JsonNode> pods = Chart.render(values).pods();

    assertThat(pods)
        .isNotEmpty()
        .allSatisfy(
            pod -> {
              assertThat(pod.at("/securityContext/runAsNonRoot").booleanValue()).isTrue();
              assertThat(pod.at("/securityContext/runAsUser").intValue()).isPositive();
              assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.at("/automountServiceAccountToken").booleanValue()).isFalse();
              assertThat(pod.has("automountServiceAccountToken")).isTrue();
              for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.has(field)).isFalse();
              }
              pod.path("containers").forEach(PodSecurityTest::assertRestricted);
              pod.path("initContainers").forEach(PodSecurityTest::assertRestricted);
              pod.path("volumes").forEach(PodSecurityTest::assertRestrictedVolume);
            });
  }

  private static void assertRestricted(JsonNode container) {
    JsonNode context = container.path("securityContext");
    assertThat(context.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
    assertThat(context.path("readOnlyRootFilesystem").booleanValue()).isTrue();
    assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(context.path("privileged").isMissingNode()).isTrue();
    assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
  }

  /** The user's own volumes are the user's affair. */
  private static void assertRestrictedVolume(JsonNode volume) {
    assertThat(volume.has("hostPath")).isFalse();
    if (volume.has("emptyDir") && !volume.path("name").asText().equals("clips")) {
      assertThat(volume.at("/emptyDir/sizeLimit").asText()).isNotEmpty();
    }
  }
}
