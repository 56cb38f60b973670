package io.s2stream.schemas.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RegistrySettingsTest {
  private static final String URL = "schema.registry.url";

  @Test
  void shouldUseDefaultsWhenOnlyTheUrlIsGiven() {
    RegistrySettings settings = RegistrySettings.from(Map.of(URL, "http://a:8081/"));

    assertThat(settings.addresses())
        .extracting(RegistryAddress::base)
        .containsExactly("http://a:8081");
    assertThat(settings.authorization()).isEmpty();
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.readTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.maxRetries()).isEqualTo(3);
    assertThat(settings.firstWait()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.maxWait()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shouldTakeSeveralUrlsWhenGivenAsTextOrList() {
    Map<String, ?> text = Map.of(URL, " http://a:1 , https://b/path/,");
    Map<String, ?> list = Map.of(URL, List.of("http://a:1", "https://b/path"));

    for (Map<String, ?> configs : List.of(text, list)) {
      assertThat(RegistrySettings.from(configs).addresses())
          .extracting(RegistryAddress::base)
          .containsExactly("http://a:1", "https://b/path");
    }
  }

  @Test
  void shouldTakeKeysWithTheRegistrysPrefixWhenTheyStandBesideAClientsOwn() {
    Map<String, Object> configs =
        Map.of(
            URL,
            "http://a",
            "schema.registry.basic.auth.credentials.source",
            "user_info",
            "schema.registry.basic.auth.user.info",
            new Password("u:p"));

    assertThat(RegistrySettings.from(configs).authorization()).contains("Basic dTpw");
  }

  @Test
  void shouldShowNoCredentialsWhenPrinted() {
    Map<String, Object> configs = Map.of(URL, "http://u:s3cret@a", "bearer.auth.token", "t0ken");

    assertThat(RegistrySettings.from(configs).toString())
        .contains("http://a")
        .doesNotContain("s3cret")
        .doesNotContain("t0ken");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " , ",
        "registry:8081",
        "ftp://a",
        "http://",
        "http://u:s3cret@a b",
        "mock://a,http://b"
      })
  void shouldNameTheKeyAndNoCredentialsWhenUrlIsWrong(String url) {
    assertThatThrownBy(() -> RegistrySettings.from(Map.of(URL, url)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(URL)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void shouldNameTheKeyWhenAnotherSettingIsWrong() {
    assertRefused(Map.of("max.retries", "-1"), "max.retries: expected a whole number from 0");
    assertRefused(Map.of("http.read.timeout.ms", "5s"), "http.read.timeout.ms");
    assertRefused(Map.of("basic.auth.credentials.source", "SASL_INHERIT"), "USER_INFO");
    assertRefused(
        Map.of("basic.auth.credentials.source", "USER_INFO"), "basic.auth.user.info is missing");
    assertRefused(Map.of("bearer.auth.credentials.source", "OAUTHBEARER"), "expected STATIC_TOKEN");
    assertRefused(
        Map.of("bearer.auth.credentials.source", "STATIC_TOKEN"), "bearer.auth.token is missing");
    assertRefused(
        Map.of(
            "basic.auth.credentials.source",
            "USER_INFO",
            "basic.auth.user.info",
            "u:p",
            "bearer.auth.token",
            "t"),
        "keep one of them");
  }

  private static void assertRefused(Map<String, Object> extra, String message) {
    Map<String, Object> configs = new HashMap<>(extra);
    configs.put(URL, "http://a");

    assertThatThrownBy(() -> RegistrySettings.from(configs))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
