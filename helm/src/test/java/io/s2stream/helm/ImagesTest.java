package io.s2stream.helm;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The chart brings no image of others: which, and by which digest, is for the operator to say. */
class ImagesTest {

  private static List<String> images(String values) {
    return Chart.render(values).pods().stream()
        .flatMap(pod -> pod.findValuesAsText("image").stream())
        .toList();
  }

  @Test
  void shouldNameOnlyOurOwnImagesByDefault() {
    for (String values :
        List.of(
            "{}",
            "{processor: {gpu: {enabled: false}}}",
            "{viewer: {enabled: true, tokenSecret: {name: look}}}")) {
      assertThat(images(values))
          .as(values)
          .isNotEmpty()
          .allMatch(image -> image.startsWith("s2-stream/"));
    }
  }

  @Test
  void shouldTakeADigestInPlaceOfTheTag() {
    String digest = "sha256:" + "0".repeat(64);

    JsonNode processor =
        Chart.render("{processor: {image: {tag: unused, digest: \"" + digest + "\"}}}").processor();

    assertThat(processor.at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("s2-stream/processor@" + digest);
  }
}
