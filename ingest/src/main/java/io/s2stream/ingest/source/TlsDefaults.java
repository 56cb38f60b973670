package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options that make libav check the certificates of encrypted sources, which it does not by itself.
 */
final class TlsDefaults {

  private static final List<Path> SYSTEM_BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"), // Debian, Alpine
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"), // Fedora, RHEL
          Path.of("/etc/ssl/ca-bundle.pem"), // SUSE
          Path.of("/etc/ssl/cert.pem")); // macOS, BSD

  private static final String VERIFY = "tls_verify";

  private TlsDefaults() {}

  /** Returns what is to be added under the operator's own options; nothing for plain schemes. */
  static Map<String, String> of(SourceUri uri, Map<String, String> options) {
    Map<String, String> defaults = new LinkedHashMap<>();
    if (!isEncrypted(uri)) {
      return defaults;
    }
    defaults.put(VERIFY, "1");
    SYSTEM_BUNDLES.stream()
        .filter(Files::isReadable)
        .findFirst()
        .ifPresent(bundle -> defaults.put("ca_file", bundle.toString()));
    defaults.keySet().removeAll(options.keySet());
    if (options.containsKey("cafile")) {
      defaults.remove("ca_file");
    }
    return defaults;
  }

  /** Returns what to try when opening failed, or an empty string. */
  static String hint(SourceUri uri, Map<String, String> options) {
    return isEncrypted(uri) && !"0".equals(options.get(VERIFY))
        ? "; if its certificate is not signed by an authority that this system knows, set the option"
            + " ca_file=FILE, or tls_verify=0 to trust any"
        : "";
  }

  private static boolean isEncrypted(SourceUri uri) {
    return switch (uri.scheme()) {
      case "https", "tls", "rtsps", "rtmps", "ftps", "wss" -> true;
      default -> false;
    };
  }
}
