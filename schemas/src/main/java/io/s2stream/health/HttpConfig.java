package io.s2stream.health;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;
import org.jspecify.annotations.Nullable;

/** Where a service answers questions about itself. */
public record HttpConfig(
    @Setting(
            value =
                "Address to listen on: loopback, or 0.0.0.0 where others ask, as in a pod. There is no password:"
                    + " whoever reaches the port can read health and meters, and nothing else.",
            defaultValue = "127.0.0.1")
        String host,
    @Setting(
            value =
                "Port of /livez, /readyz, /startupz and /metrics; 0: any free one, which the log names. Not set: none.",
            optional = true)
        @Nullable Integer port) {

  public HttpConfig {
    if (port != null && (port < 0 || port > 65_535)) {
      throw new InvalidSettingException("port", port + ": expected 0 to 65535");
    }
  }
}
