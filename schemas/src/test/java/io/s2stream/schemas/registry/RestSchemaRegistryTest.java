package io.s2stream.schemas.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.schemas.registry.ScriptedServer.Answer;
import io.s2stream.schemas.registry.ScriptedServer.Request;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.s2stream.schemas.registry.ScriptedServer.error;
import static io.s2stream.schemas.registry.ScriptedServer.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RestSchemaRegistryTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("R").namespace("n").doc("é").fields().requiredInt("i").endRecord();

  @Test
  void shouldPostTheSchemaAndReturnItsIdWhenRegistering() throws IOException {
    try (ScriptedServer server = new ScriptedServer(id(42))) {
      // when
      int id = registry(server.url() + "/apis/ccompat/v7/").register("a topic/ü-value", SCHEMA);

      // then
      assertThat(id).isEqualTo(42);
      Request request = server.requests().get(0);
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path())
          .isEqualTo("/apis/ccompat/v7/subjects/a%20topic%2F%C3%BC-value/versions");
      assertThat(request.contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
      assertThat(request.authorization()).isNull();
      String sent = new ObjectMapper().readTree(request.body()).get("schema").asText();
      assertThat(new Schema.Parser().parse(sent)).isEqualTo(SCHEMA);
      assertThat(sent).contains("é");
    }
  }

  @Test
  void shouldPostToTheSubjectWhenLookingUp() throws IOException {
    try (ScriptedServer server = new ScriptedServer(id(7))) {
      assertThat(registry(server.url()).lookup("s", SCHEMA)).isEqualTo(7);
      assertThat(server.requests().get(0).path()).isEqualTo("/subjects/s");
    }
  }

  @Test
  void shouldParseTheSchemaWhenGettingById() throws IOException {
    String body = new ObjectMapper().writeValueAsString(Map.of("schema", SCHEMA.toString()));
    try (ScriptedServer server = new ScriptedServer(new Answer(200, body))) {
      assertThat(registry(server.url()).schema(7)).isEqualTo(SCHEMA);
      assertThat(server.requests().get(0).method()).isEqualTo("GET");
      assertThat(server.requests().get(0).path()).isEqualTo("/schemas/ids/7");
    }
  }

  @Test
  void shouldReportNotFoundWhenTheIdIsUnknownOrNoAvroSchema() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            error(404, 40403, "Schema 9 not found"),
            new Answer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}"),
            new Answer(200, "{\"schema\":\"{not avro\"}"))) {
      SchemaRegistry registry = registry(server.url());

      assertThatThrownBy(() -> registry.schema(9))
          .isInstanceOf(SchemaNotFoundException.class)
          .hasMessageContaining("get schema 9")
          .hasMessageContaining(server.url())
          .hasMessageContaining("Schema 9 not found");
      assertThatThrownBy(() -> registry.schema(9))
          .isInstanceOf(UnusableSchemaException.class)
          .hasMessageContaining("PROTOBUF");
      assertThatThrownBy(() -> registry.schema(9)).isInstanceOf(UnusableSchemaException.class);
    }
  }

  @Test
  void shouldNotTakeAWrongAddressForAMissingSchemaWhenThe404IsNotAboutOne() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            new Answer(404, "<html>no such page</html>"), error(404, 404, "HTTP 404 Not Found"))) {
      SchemaRegistry registry = registry(server.url());
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> registry.schema(9))
            .isInstanceOf(RegistryRefusedException.class)
            .hasMessageContaining("404")
            .hasMessageContaining("schema.registry.url");
      }
    }
  }

  @Test
  void shouldRefuseTheAnswerWhenItIsNotARegistrys() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            new Answer(200, "<html>please log in</html>"),
            new Answer(200, "{}"),
            new Answer(302, ""))) {
      SchemaRegistry registry = registry(server.url());
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> registry.register("s", SCHEMA))
            .isInstanceOf(RegistryRefusedException.class)
            .hasMessageContaining("register schema n.R under subject s");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401,40101,basic.auth.user.info",
    "403,40301,rights",
    "409,409,not compatible",
    "422,42201,invalid"
  })
  void shouldSayWhatToDoAndNotRetryWhenRefused(int status, int code, String advice)
      throws IOException {
    try (ScriptedServer server = new ScriptedServer(error(status, code, "its own words"))) {
      assertThatThrownBy(() -> registry(server.url()).register("t-value", SCHEMA))
          .isInstanceOfSatisfying(
              RegistryRefusedException.class, e -> assertThat(e.httpStatus()).isEqualTo(status))
          .hasMessageContaining("schema n.R under subject t-value")
          .hasMessageContaining(server.url())
          .hasMessageContaining("its own words")
          .hasMessageContaining(advice);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void shouldTryAgainWhenTheAnswerIsTransient(int status) throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(new Answer(status, ""), error(status, 50001, "later"), id(5))) {
      assertThat(registry(server.url()).register("s", SCHEMA)).isEqualTo(5);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void shouldGiveUpAfterTheConfiguredRetriesWhenAnswersStayTransient() throws IOException {
    Answer busy = new Answer(503, "");
    try (ScriptedServer server = new ScriptedServer(busy, busy, busy, busy)) {
      assertThatThrownBy(() -> registry(server.url()).schema(3))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("get schema 3")
          .hasMessageContaining("3 rounds")
          .hasMessageContaining(server.url() + " answered HTTP 503");
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void shouldAskTheNextUrlWhenOneIsDownAndStayWithIt() throws IOException {
    String dead = "http://localhost:" + unusedPort();
    try (ScriptedServer busy = new ScriptedServer(new Answer(500, ""));
        ScriptedServer server = new ScriptedServer(id(1), id(2))) {
      SchemaRegistry registry = registry(dead + ", " + busy.url() + "," + server.url());

      assertThat(registry.register("s", SCHEMA)).isEqualTo(1);
      assertThat(registry.register("s", SCHEMA)).isEqualTo(2);
      assertThat(busy.requests()).hasSize(1);
    }
  }

  @Test
  void shouldNameTheUrlWithoutItsCredentialsWhenNothingListens() throws IOException {
    String address = "localhost:" + unusedPort();

    assertThatThrownBy(() -> registry("http://user:s3cret@" + address).schema(1))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("http://" + address)
        .hasMessageNotContaining("s3cret")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void shouldGiveUpInTimeWhenTheBodyNeverEnds() throws IOException {
    try (ScriptedServer server = new ScriptedServer(new Answer(ScriptedServer.STALL, "{\"id\":"))) {
      Map<String, Object> configs = configs(server.url());
      configs.put("max.retries", "0");
      // Long enough for the answer's head to arrive on a busy machine: only the body is missing.
      configs.put("http.read.timeout.ms", 2_000);
      SchemaRegistry registry = new RestSchemaRegistry(configs);
      long start = System.nanoTime();

      assertThatThrownBy(() -> registry.schema(1))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("no whole answer within PT2S");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void shouldStopAndKeepTheInterruptWhenInterrupted() throws IOException {
    try (ScriptedServer server = new ScriptedServer(id(1))) {
      SchemaRegistry registry = registry(server.url());
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> registry.schema(1)).isInstanceOf(InterruptException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void shouldSendTheConfiguredCredentialsWhenThereAreAny() throws IOException {
    String basic = "Basic dXNlcjpwQHNz"; // user:p@ss
    try (ScriptedServer server = new ScriptedServer(id(1), id(2), id(3))) {
      Map<String, Object> userInfo = configs(server.url());
      userInfo.put("basic.auth.credentials.source", "USER_INFO");
      userInfo.put("basic.auth.user.info", "user:p@ss");
      Map<String, Object> bearer = configs(server.url());
      bearer.put("bearer.auth.token", "t0ken");
      String withUser = server.url().replace("http://", "http://user:p%40ss@");

      new RestSchemaRegistry(userInfo).register("s", SCHEMA);
      registry(withUser).register("s", SCHEMA);
      new RestSchemaRegistry(bearer).register("s", SCHEMA);

      assertThat(server.requests())
          .extracting(Request::authorization)
          .containsExactly(basic, basic, "Bearer t0ken");
    }
  }

  private static SchemaRegistry registry(String url) {
    return new RestSchemaRegistry(configs(url));
  }

  private static Map<String, Object> configs(String url) {
    Map<String, Object> configs = new HashMap<>();
    configs.put("schema.registry.url", url);
    configs.put("max.retries", 2);
    configs.put("retries.wait.ms", "1");
    return configs;
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
