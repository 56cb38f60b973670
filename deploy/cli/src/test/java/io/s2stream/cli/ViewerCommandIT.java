package io.s2stream.cli;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.s2stream.local.LocalStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 viewer} and {@code s2 top} as processes. */
class ViewerCommandIT {
  private static final String TOKEN = "0123456789abcdef0123";

  @TempDir private Path dir;

  @Test
  void shouldServeBehindItsTokenAndBeShownByTop() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      Path config =
          Files.writeString(
              dir.resolve("viewer.yaml"),
              "kafka: {bootstrap.servers: '%s', schema.registry.url: '%s'}\nweb: {host: 0.0.0.0, port: 0, token: %s}\n"
                  .formatted(stack.bootstrapServers(), stack.registryUrl(), TOKEN));
      ProcessBuilder builder =
          new ProcessBuilder(Distribution.s2().toString(), "viewer", "--config", config.toString())
              .redirectError(dir.resolve("err.txt").toFile());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process viewer = builder.start();
      try (BufferedReader out = viewer.inputReader()) {
        String url = address(out);

        assertThat(status(url + "/", "")).isEqualTo(200); // the page itself tells nothing
        assertThat(status(url + "/api/state", "")).isEqualTo(401);
        assertThat(status(url + "/api/state", "wrong")).isEqualTo(401);
        assertThat(status(url + "/api/state", TOKEN)).isEqualTo(200);
        S2Process.run(dir, "top", "--once", "--url", url).assertRefused(1, "--token-file");
        Path token = Files.writeString(dir.resolve("token"), TOKEN + "\n");
        S2Process top =
            S2Process.run(dir, "top", "--once", "--url", url, "--token-file", "" + token);
        assertThat(top.exitCode()).as("%s", top).isZero();
        assertThat(top.out()).contains("Dead letters", "stream", "p50", "lag");
        viewer.destroy();
        assertThat(viewer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(viewer.exitValue()).as("%s", Files.readString(dir.resolve("err.txt"))).isZero();
      } finally {
        viewer.destroyForcibly().waitFor();
      }
    }
  }

  private static String address(BufferedReader out) throws Exception {
    String configuration = "";
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("the viewer is at ")) {
        assertThat(configuration).contains("token: ***").doesNotContain(TOKEN);
        return line.substring("the viewer is at ".length());
      }
      configuration += line + "\n";
    }
    throw new AssertionError("the viewer did not start: " + configuration);
  }

  private static int status(String url, String token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
