package io.s2stream.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretMaskingTest {

  @Test
  void shouldMaskPasswordsOfUrlsAnywhereInAText() {
    assertThat(SecretMasking.maskUrls("can't open rtsp://user:p%40ss@cam/1, see http://a:b@c/d"))
        .isEqualTo("can't open rtsp://***@cam/1, see http://***@c/d");
    assertThat(SecretMasking.maskUrls("rtsp://admin:p@ss:w@host:554/x"))
        .isEqualTo("rtsp://***@host:554/x");
    assertThat(SecretMasking.maskUrls("'rtsp://u:p w@h/1' and http://h/?token=a b"))
        .isEqualTo("'rtsp://***@h/1' and http://h/?token=*** b");
    assertThat(SecretMasking.maskUrls("http://cam/s?user=me&password=abc&x=1"))
        .isEqualTo("http://cam/s?user=me&password=***&x=1");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "rtsp://user:p%40ss@cam/1, rtsp://***@cam/1",
        "rtsp://user:p@ss@cam/1, rtsp://***@cam/1",
        "rtsp://user:p/ss@cam/1, rtsp://***@cam/1",
        "rtsp://user:p?s s#@cam/1, rtsp://***@cam/1",
        "rtsp://user:p@s/s@cam/1, rtsp://***@cam/1",
        "rtsp://us er:it's@cam/1, rtsp://***@cam/1",
        "rtsp://s3cr3t-t0k3n@cam, rtsp://***@cam",
        "rtsp://:only@cam, rtsp://***@cam",
        "rtsp://cam/user@home, rtsp://cam/user@home",
        "rtsp://[::1]:554/user@home, rtsp://[::1]:554/user@home",
        "https://h/v.m3u8?a=1&token=abc&b=2, https://h/v.m3u8?a=1&token=***&b=2",
        "https://h/v?X-Amz-Signature=ab#c, https://h/v?X-Amz-Signature=***",
        "srt://h:1?passphrase=01 23&mode=caller, srt://h:1?passphrase=***&mode=caller",
        "http://h/cgi?loginuse=me&loginpas=x, http://h/cgi?loginuse=me&loginpas=***",
        "http://h/?api_key=x&auth=y&pwd=z, http://h/?api_key=***&auth=***&pwd=***",
        "rtsp://h/u=admin_password=X_, rtsp://h/u=admin_password=***",
        "rtsp://h/user=a_password=x_y_channel=1, rtsp://h/user=a_password=***_channel=1",
        "clips/street.mp4, clips/street.mp4",
        "/clips/my street@home.mp4, /clips/my street@home.mp4"
      })
  void shouldMaskCredentialsOfAUrl(String url, String masked) {
    assertThat(SecretMasking.maskUrl(url)).isEqualTo(masked);
  }

  @Test
  void shouldShowOnlyValuesOfHarmlessNames() {
    assertThat(SecretMasking.maskPair("a=b=c", "x a")).isEqualTo("a=b=c");
    assertThat(SecretMasking.maskPair("headers=Authorization: Bearer x", "x a"))
        .isEqualTo("headers=***");
    assertThat(SecretMasking.maskPair("hunter2", "x a")).isEqualTo("***");
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
