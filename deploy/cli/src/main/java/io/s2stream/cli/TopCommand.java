package io.s2stream.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 top}: the viewer's numbers in a terminal. */
@Command(
    name = "top",
    description = "Show the streams and the system in the terminal, from a running viewer or demo.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class TopCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final StopSignal stop;
  private final ObjectMapper json = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "The viewer; default ${DEFAULT-VALUE}, which is the demo's.")
  private URI url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the viewer's token, where it has one.")
  private @Nullable Path tokenFile;

  @Option(names = "--once", description = "Print the table once and end.")
  private boolean once;

  @Option(
      names = "--rows",
      defaultValue = "30",
      paramLabel = "N",
      description = "Streams to show at most, those with the most lag first; default 30.")
  private int rows;

  TopCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    if (rows < 1) {
      throw new ParameterException(spec.commandLine(), "--rows must be at least 1");
    }
    HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    HttpRequest request = request();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    boolean redraw = !once && Boolean.getBoolean("s2.terminal");
    while (true) {
      String table = TopTable.of(state(http, request), rows);
      // Cursor home, then each line to its end anew, then what is left below: nothing flickers.
      out.print(redraw ? "\u001b[H" + table.replace("\n", "\u001b[K\n") + "\u001b[J" : table);
      out.flush();
      if (once || out.checkError() || stop.await(Duration.ofSeconds(2))) {
        return 0;
      }
    }
  }

  private HttpRequest request() throws IOException {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(url.resolve("/api/state")).timeout(TIMEOUT);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--url '" + url + "': expected http://host:port", e);
    }
    if (tokenFile != null) {
      request.header("Authorization", "Bearer " + Files.readString(tokenFile).strip());
    }
    return request.build();
  }

  private JsonNode state(HttpClient http, HttpRequest request)
      throws IOException, InterruptedException, CommandFailedException {
    HttpResponse<String> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CommandFailedException(
          "no viewer answers at " + url + "; start s2 viewer or s2 demo, or check --url");
    }
    if (answer.statusCode() == 401) {
      throw new CommandFailedException("the viewer wants its token: name it with --token-file");
    }
    if (answer.statusCode() != 200) {
      throw new CommandFailedException(
          url + " answers " + answer.statusCode() + "; is it a viewer?");
    }
    return json.readTree(answer.body());
  }
}
