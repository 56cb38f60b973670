package io.s2stream.viewer.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AccessTest {
  private static final String TOKEN = "0123456789abcdef";

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.9.9.9"})
  void shouldAnswerToLoopbackNames(String host) {
    assertThat(new Access(null).isOurName(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example:8080", "localhost.evil.example", "10.0.0.1", "", "127.0.0.1.nip.io"})
  void shouldNotAnswerToOtherNamesWithoutAToken(String host) {
    assertThat(new Access(null).isOurName(host)).isFalse();
    assertThat(new Access(null).isOurName(null)).isFalse();
  }

  @Test
  void shouldTakeTheTokenAndTheCookieThatStandsForIt() {
    Access access = new Access(TOKEN);

    assertThat(access.hasToken("Bearer " + TOKEN)).isTrue();
    assertThat(access.hasToken("Bearer " + TOKEN + "x")).isFalse();
    assertThat(access.hasToken(null)).isFalse();
    String cookie = access.setCookie();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain(TOKEN);
    assertThat(access.hasTicket(cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'))))
        .isTrue();
    assertThat(access.hasTicket("null")).isFalse();
  }

  @Test
  void shouldWantATokenWhereOthersReachThePage() {
    assertThatThrownBy(() -> new WebSettings("0.0.0.0", 8080, null, 4))
        .hasMessageContaining("set a token");
    assertThatCode(() -> new WebSettings("0.0.0.0", 8080, TOKEN, 4)).doesNotThrowAnyException();
    assertThatCode(() -> new WebSettings("::1", 8080, null, 4)).doesNotThrowAnyException();
    assertThat(new WebSettings("0.0.0.0", 8080, TOKEN, 4).toString()).doesNotContain(TOKEN);
  }
}
