package io.s2stream.viewer.web;

import java.net.InetAddress;
import java.net.UnknownHostException;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;
import org.jspecify.annotations.Nullable;

/** The section {@code web}: where the page is, and who may see it. */
public record WebSettings(
    @Setting(
            value = "Address to listen on; another than loopback needs a token.",
            defaultValue = "127.0.0.1")
        String host,
    @Setting(
            value = "Port of the page; 0: any free one, which the log names.",
            defaultValue = "8080")
        int port,
    @Setting(
            value =
                "What the page asks for once in a browser, and other clients send as 'Authorization: Bearer TOKEN'; at least 16"
                    + " characters.",
            optional = true,
            secret = true)
        @Nullable String token,
    @Setting(
            value = "Browsers that are kept up to date at a time; more are refused.",
            defaultValue = "32")
        int maxBrowsers) {

  private static final int MIN_TOKEN = 16;

  public WebSettings {
    if (port < 0 || port > 65_535) {
      throw new InvalidSettingException("port", port + ": expected 0 to 65535");
    }
    if (maxBrowsers < 1 || maxBrowsers > 10_000) {
      throw new InvalidSettingException("max-browsers", maxBrowsers + ": expected 1 to 10000");
    }
    if (token != null && token.length() < MIN_TOKEN) {
      throw new InvalidSettingException("token", "expected at least 16 characters");
    }
    if (token == null && !isLoopback(host)) {
      throw new InvalidSettingException(
          "host", "'" + host + "' can be reached from outside: set a token, or use 127.0.0.1");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The token is masked. */
  @Override
  public String toString() {
    return "WebSettings[host=%s, port=%d, token=%s, maxBrowsers=%d]"
        .formatted(host, port, token == null ? "none" : "***", maxBrowsers);
  }
}
