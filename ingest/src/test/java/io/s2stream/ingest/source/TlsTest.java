package io.s2stream.ingest.source;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Against a server whose certificate only itself has signed. */
class TlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;
  private HttpsServer server;
  private Path certificate;

  @BeforeEach
  void serveClip() throws Exception {
    Path store = folder.resolve("server.p12");
    certificate = folder.resolve("server.pem");
    keytool(store, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=localhost");
    keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    Path clip = folder.resolve("clip.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    byte[] body = Files.readAllBytes(clip);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/clip.ts",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldRefuseAnUnknownCertificateByDefault() {
    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("can't be opened")
        .hasMessageContaining("ca_file=FILE, or tls_verify=0");
  }

  @Test
  void shouldReadWhenTheCertificateIsNamed() throws Exception {
    assertThat(read(Map.of("ca_file", certificate.toString()))).hasSize(10);
  }

  @Test
  void shouldReadWhenTheCheckIsSwitchedOff() throws Exception {
    assertThat(read(Map.of("tls_verify", "0"))).hasSize(10);
  }

  private List<VideoFrame> read(Map<String, String> libavOptions) throws SourceException {
    ReaderOptions options =
        ReaderOptions.of(new ImageSize(16, 16), 10)
            .withStallTimeout(Duration.ofSeconds(10))
            .withLibavOptions(libavOptions);
    SourceUri uri =
        new SourceUri("https://127.0.0.1:" + server.getAddress().getPort() + "/clip.ts");
    List<VideoFrame> frames = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(uri, options)) {
      for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
        frames.add(frame);
      }
    }
    return frames;
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "server", "-keystore", store.toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    if (arguments[0].equals("-genkeypair")) {
      command.addAll(List.of("-ext", "san=ip:127.0.0.1"));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
