package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options that libav gets unless the operator sets them: it checks the certificates of encrypted
 * sources, reads RTSP over TCP, and goes on within a file on a web server after a broken
 * connection, where by itself it does none of that.
 */
final class ProtocolDefaults {

  private static final List<Path> SYSTEM_BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"), // Debian, Alpine
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"), // Fedora, RHEL
          Path.of("/etc/ssl/ca-bundle.pem"), // SUSE
          Path.of("/etc/ssl/cert.pem")); // macOS, BSD

  private static final String VERIFY = "tls_verify";
  private static final String RTSP_TRANSPORT = "rtsp_transport";
  private static final String FPS_PROBE = "fpsprobesize";

  private ProtocolDefaults() {}

  /** Returns what is to be added under the operator's own options. */
  static Map<String, String> of(SourceUri uri, LiveMode live, Map<String, String> options) {
    Map<String, String> defaults = new LinkedHashMap<>();
    if (uri.scheme().equals("rtsp")) {
      // Over UDP one lost datagram damages pictures up to the next keyframe.
      defaults.put(RTSP_TRANSPORT, "tcp");
    }
    if (uri.isLiveScheme()) {
      // By itself libav waits for 20 frames to guess the frame rate, which nobody asks for here:
      // 2 s of each reconnect at 10 frames/s.
      defaults.put(FPS_PROBE, "0");
    }
    boolean web = uri.scheme().equals("http") || uri.scheme().equals("https");
    if (web && !live.isLiveBeforeOpening(uri)) {
      // From the byte that is missing, where the size is known and the server can do that. Within
      // the stall timeout, as the whole of a read is.
      defaults.put("reconnect", "1");
    }
    if (isEncrypted(uri)) {
      defaults.put(VERIFY, "1");
      SYSTEM_BUNDLES.stream()
          .filter(Files::isReadable)
          .findFirst()
          .ifPresent(bundle -> defaults.put("ca_file", bundle.toString()));
    }
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
