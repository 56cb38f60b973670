package io.s2stream.schemas.registry;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A registry behind real TLS that asks its clients for a certificate. */
class RegistryTlsTest {
  private static final String PASSWORD = "secret-of-the-store";
  private static final char[] PASSWORD_CHARS = PASSWORD.toCharArray();

  @TempDir private static Path dir;
  private static Path keys;
  private static HttpsServer server;

  @BeforeAll
  static void start() throws Exception {
    keys = dir.resolve("keys.p12");
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD_CHARS);
    }
    KeyManagerFactory identity =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    identity.init(store, PASSWORD_CHARS);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var withClients = getSSLContext().getDefaultSSLParameters();
            withClients.setNeedClientAuth(true);
            parameters.setSSLParameters(withClients);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = "{\"schema\":\"\\\"string\\\"\"}".getBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  @Test
  void shouldReachTheRegistryWhenTrustAndIdentityAreConfigured() {
    SchemaRegistry registry =
        new RestSchemaRegistry(
            Map.of(
                "schema.registry.url",
                url(),
                "schema.registry.ssl.truststore.location",
                keys.toString(),
                "schema.registry.ssl.truststore.password",
                PASSWORD,
                "schema.registry.ssl.keystore.location",
                keys.toString(),
                "schema.registry.ssl.keystore.password",
                PASSWORD,
                // For the brokers: not ours, and not there either.
                "ssl.truststore.location",
                "/nowhere/brokers.p12"));

    assertThat(registry.schema(1)).isEqualTo(Schema.create(Schema.Type.STRING));
  }

  @Test
  void shouldNotTalkToARegistryItDoesNotTrust() {
    SchemaRegistry registry =
        new RestSchemaRegistry(Map.of("schema.registry.url", url(), "max.retries", "0"));

    assertThatThrownBy(() -> registry.schema(1))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("SSLHandshakeException")
        .hasMessageContaining(url());
  }

  @Test
  void shouldNameTheSettingsAndNoSecretWhenTheStoreCanNotBeRead() {
    assertThatThrownBy(
            () ->
                new RestSchemaRegistry(
                    Map.of(
                        "schema.registry.url",
                        url(),
                        "schema.registry.ssl.truststore.location",
                        "/nowhere/trust.p12",
                        "schema.registry.ssl.truststore.password",
                        PASSWORD)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.ssl")
        .hasMessageContaining("/nowhere/trust.p12")
        .hasMessageNotContaining(PASSWORD);
  }

  private static String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  private static void keytool(String... arguments) throws Exception {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(java.util.List.of(arguments));
    command.addAll(
        java.util.List.of("-keystore", keys.toString(), "-storepass", PASSWORD, "-alias", "s2"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }
}
