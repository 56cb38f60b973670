package io.s2stream.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * One registry URL, parted from the credentials that may stand in it.
 *
 * @param base scheme, host, port and path without a slash at the end; safe to print
 * @param userInfo {@code user:password}, decoded; absent if the URL has none
 */
record RegistryAddress(String base, Optional<String> userInfo) {

  static RegistryAddress parse(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      // The exception's own text quotes the URL with its credentials: not passed on.
      throw invalid(url, "is not a URL");
    }
    @Nullable String scheme = uri.getScheme();
    if (scheme == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw invalid(url, "must start with http://, https:// or mock://");
    }
    @Nullable String host = uri.getHost();
    if (host == null) {
      throw invalid(url, "names no host");
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    Optional<String> userInfo =
        Optional.ofNullable(uri.getRawUserInfo())
            .map(u -> URLDecoder.decode(u.replace("+", "%2B"), StandardCharsets.UTF_8));
    return new RegistryAddress(scheme + "://" + host + port + path, userInfo);
  }

  private static ConfigException invalid(String url, String problem) {
    String masked = url.replaceAll("//[^/]*@", "//***@");
    return new ConfigException(
        RegistrySettings.URL
            + ": "
            + masked
            + " "
            + problem
            + "; expected for example http://registry:8081");
  }
}
