package io.s2stream.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretMaskingTest {

  @Test
  void shouldMaskPasswordsOfUrlsAnywhereInAText() {
    assertThat(SecretMasking.maskUrls("can't open rtsp://user:p%40ss@cam/1, see http://a:b@c/d@e"))
        .isEqualTo("can't open rtsp://user:***@cam/1, see http://a:***@c/d@e");
    assertThat(SecretMasking.maskUrls("rtsp://admin:p@ss:w@host:554/x"))
        .isEqualTo("rtsp://admin:***@host:554/x");
    assertThat(SecretMasking.maskUrls("rtsp://:only@host")).isEqualTo("rtsp://:***@host");
    assertThat(SecretMasking.maskUrls("http://cam/s?user=me&password=abc&x=1"))
        .isEqualTo("http://cam/s?user=me&password=***&x=1");
  }

  @Test
  void shouldLeaveOtherTextAlone() {
    assertThat(SecretMasking.maskUrls("http://host:8081/a@b user@host srt://h:1?mode=caller"))
        .isEqualTo("http://host:8081/a@b user@host srt://h:1?mode=caller");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl.keystore.password",
        "ssl.key.password",
        "ssl.keystore.key",
        "sasl.jaas.config",
        "producer.sasl.jaas.config",
        "basic.auth.user.info",
        "schema.registry.basic.auth.user.info",
        "bearer.auth.token",
        "sasl.oauthbearer.client.credentials.client.secret"
      })
  void shouldKnowSecretProperties(String key) {
    assertThat(SecretMasking.isSecretKey(key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap.servers",
        "key.serializer",
        "ssl.keystore.location",
        "ssl.truststore.certificates",
        "basic.auth.credentials.source",
        "sasl.oauthbearer.token.endpoint.url",
        "sasl.mechanism"
      })
  void shouldShowOtherProperties(String key) {
    assertThat(SecretMasking.isSecretKey(key)).isFalse();
  }
}
