package io.s2stream.ingest;

import java.net.InetAddress;
import java.net.UnknownHostException;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;
import org.jspecify.annotations.Nullable;

/** The section {@code streams-api}: streams are shown, added, changed and removed over HTTP. */
public record StreamsApiSettings(
    @Setting(
            value =
                "Port of GET, PUT and DELETE /streams/ID; 0: any free one, which the log names. Not"
                    + " set: none. With it, ingest runs until it is told to stop.",
            optional = true)
        @Nullable Integer port,
    @Setting(
            value = "Address to listen on; another than loopback needs a token.",
            defaultValue = "127.0.0.1")
        String host,
    @Setting(
            value =
                "What a request has to carry as 'Authorization: Bearer TOKEN'; at least 16"
                    + " characters.",
            optional = true,
            secret = true)
        @Nullable String token) {

  private static final int MIN_TOKEN = 16;

  public StreamsApiSettings {
    if (port != null && (port < 0 || port > 65_535)) {
      throw new InvalidSettingException("port", port + ": expected 0 to 65535");
    }
    if (token != null && token.length() < MIN_TOKEN) {
      throw new InvalidSettingException("token", "expected at least 16 characters");
    }
    if (port != null && token == null && !isLoopback(host)) {
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
    return "StreamsApiSettings[port="
        + port
        + ", host="
        + host
        + ", token="
        + (token == null ? "none" : "***")
        + "]";
  }
}
