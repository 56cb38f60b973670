package io.s2stream.local.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The calls as they go over the wire: paths, statuses and bodies. */
class EmbeddedRegistryCallsTest {
  private static final String RECORD =
      """
      {"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";
  private static final String WITH_DEFAULT =
      """
      {"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}""";
  private static final String EMPTY =
      """
      {"type":"record","name":"R","fields":[]}""";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedRegistry registry;

  private record Answer(int status, JsonNode body) {}

  @BeforeEach
  void start() throws IOException {
    registry = EmbeddedRegistry.start();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void shouldListSubjectsAndVersionsWhenSchemasAreRegistered() throws Exception {
    assertThat(get("/subjects").body().toString()).isEqualTo("[]");
    assertThat(register("b", RECORD).body().toString()).isEqualTo("{\"id\":1}");
    register("b", WITH_DEFAULT);
    register("a", WITH_DEFAULT);

    assertThat(get("/subjects").body().toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(get("/subjects/b/versions").body().toString()).isEqualTo("[1,2]");
    JsonNode first = get("/subjects/b/versions/1").body();
    assertThat(first.get("subject").asText()).isEqualTo("b");
    assertThat(first.get("version").asInt()).isEqualTo(1);
    assertThat(first.get("id").asInt()).isEqualTo(1);
    assertThat(first.get("schema").asText()).isEqualTo(RECORD);
    assertThat(get("/subjects/b/versions/latest").body().get("version").asInt()).isEqualTo(2);
    assertThat(get("/subjects/a/versions/latest").body().get("id").asInt()).isEqualTo(2);
  }

  @Test
  void shouldGiveIdAndVersionWhenLookedUp() throws Exception {
    register("s", RECORD);
    register("s", WITH_DEFAULT);

    JsonNode found = send("POST", "/subjects/s?normalize=false", schema(WITH_DEFAULT)).body();

    assertThat(found.get("id").asInt()).isEqualTo(2);
    assertThat(found.get("version").asInt()).isEqualTo(2);
  }

  @Test
  void shouldKeepSchemasApartWhenOnlyTheirDocumentationDiffers() throws Exception {
    register("s", RECORD);

    Answer documented = register("s", RECORD.replace("\"fields\"", "\"doc\":\"d\",\"fields\""));

    assertThat(documented.body().get("id").asInt()).isEqualTo(2);
    assertThat(get("/schemas/ids/2").body().get("schema").asText()).contains("\"doc\":\"d\"");
  }

  @Test
  void shouldStoreLevelsWhenConfiguredGloballyAndPerSubject() throws Exception {
    assertThat(get("/config").body().toString()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
    assertError(get("/config/s"), 404, 40408);

    Answer put = send("PUT", "/config", "{\"compatibility\":\"none\"}");
    send("PUT", "/config/s", "{\"compatibility\":\"FULL\"}");

    assertThat(put.body().toString()).isEqualTo("{\"compatibility\":\"NONE\"}");
    assertThat(get("/config").body().toString()).isEqualTo("{\"compatibilityLevel\":\"NONE\"}");
    assertThat(get("/config/s").body().toString()).isEqualTo("{\"compatibilityLevel\":\"FULL\"}");
  }

  @ParameterizedTest
  @CsvSource({
    // level, removing a field without default, adding one without, adding one with a default
    "NONE, 200, 200, 200",
    "BACKWARD, 200, 409, 200",
    "BACKWARD_TRANSITIVE, 200, 409, 200",
    "FORWARD, 409, 200, 200",
    "FORWARD_TRANSITIVE, 409, 200, 200",
    "FULL, 409, 409, 200",
    "FULL_TRANSITIVE, 409, 409, 200"
  })
  void shouldAcceptWhatTheLevelAllowsWhen(String level, int removed, int added, int withDefault)
      throws Exception {
    send("PUT", "/config", "{\"compatibility\":\"" + level + "\"}");
    for (String subject : new String[] {"removed", "added", "default"}) {
      register(subject, RECORD);
    }
    String addedField = WITH_DEFAULT.replace(",\"default\":0", "");

    assertThat(register("removed", EMPTY).status()).isEqualTo(removed);
    assertThat(register("added", addedField).status()).isEqualTo(added);
    assertThat(register("default", WITH_DEFAULT).status()).isEqualTo(withDefault);
    assertThat(register("removed", RECORD).status()).as("known already").isEqualTo(200);
  }

  @Test
  void shouldCheckAllVersionsOnlyWhenLevelIsTransitive() throws Exception {
    String asLong = RECORD.replace("\"int\"", "\"long\"");
    send("PUT", "/config", "{\"compatibility\":\"NONE\"}");
    register("s", asLong);
    register("s", EMPTY);

    send("PUT", "/config/s", "{\"compatibility\":\"BACKWARD_TRANSITIVE\"}");
    Answer transitive = register("s", RECORD.replace("\"int\"", "\"int\",\"default\":0"));
    send("PUT", "/config/s", "{\"compatibility\":\"BACKWARD\"}");
    Answer latestOnly = register("s", RECORD.replace("\"int\"", "\"int\",\"default\":0"));

    assertError(transitive, 409, 409);
    assertThat(transitive.body().get("message").asText()).contains("it can't read version 1");
    assertThat(latestOnly.status()).isEqualTo(200);
  }

  @Test
  void shouldSayWhetherASchemaIsCompatibleWithoutRegisteringIt() throws Exception {
    register("s", RECORD);
    String added = WITH_DEFAULT.replace(",\"default\":0", "");

    for (String versions : new String[] {"/versions", "/versions/latest", "/versions/1"}) {
      String path = "/compatibility/subjects/s" + versions;
      JsonNode good = send("POST", path, schema(WITH_DEFAULT)).body();
      JsonNode bad = send("POST", path, schema(added)).body();

      assertThat(good.get("is_compatible").asBoolean()).isTrue();
      assertThat(bad.get("is_compatible").asBoolean()).isFalse();
      assertThat(bad.get("messages").get(0).asText()).contains("it can't read version 1", "b");
    }
    assertThat(get("/subjects/s/versions").body().toString()).isEqualTo("[1]");
    assertError(send("POST", "/compatibility/subjects/no/versions", schema(RECORD)), 404, 40401);
    assertError(send("POST", "/compatibility/subjects/s/versions/2", schema(RECORD)), 404, 40402);
  }

  @Test
  void shouldSayWhereASchemaIsUsed() throws Exception {
    register("a", RECORD);
    register("b", RECORD);

    assertThat(get("/schemas/ids/1/subjects").body().toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(get("/schemas/ids/1/versions").body().toString())
        .isEqualTo("[{\"subject\":\"a\",\"version\":1},{\"subject\":\"b\",\"version\":1}]");
    assertError(get("/schemas/ids/2/versions"), 404, 40403);
  }

  @Test
  void shouldHaveItsSchemasAgainWhenStartedOnTheSameFile(@TempDir Path dir) throws Exception {
    // given
    Path journal = dir.resolve("schemas.jsonl");
    registry.close();
    registry = EmbeddedRegistry.start(journal);
    send("PUT", "/config", "{\"compatibility\":\"NONE\"}");
    register("a", RECORD);
    register("b", EMPTY);
    register("a", WITH_DEFAULT);
    send("PUT", "/config/a", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
    Files.writeString(journal, "{\"subject\":\"cut", StandardOpenOption.APPEND);

    // when
    registry.close();
    registry = EmbeddedRegistry.start(journal);

    // then
    assertThat(get("/subjects/a/versions").body().toString()).isEqualTo("[1,2]");
    assertThat(get("/subjects/a/versions/2").body().get("id").asInt()).isEqualTo(3);
    assertThat(get("/schemas/ids/2").body().get("schema").asText()).isEqualTo(EMPTY);
    assertThat(get("/config").body().toString()).isEqualTo("{\"compatibilityLevel\":\"NONE\"}");
    assertError(register("a", EMPTY), 409, 409);
    assertThat(register("c", RECORD).body().toString()).isEqualTo("{\"id\":1}");

    // and once more, as it has been written to after what was cut short
    registry.close();
    registry = EmbeddedRegistry.start(journal);
    assertThat(get("/subjects").body().toString()).isEqualTo("[\"a\",\"b\",\"c\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /schemas/ids/9, 404, 40403",
    "GET, /schemas/ids/x, 404, 40403",
    "GET, /subjects/none/versions, 404, 40401",
    "GET, /subjects/s/versions/2, 404, 40402",
    "GET, /subjects/s/versions/0, 422, 42202",
    "GET, /subjects/s/versions/x, 422, 42202",
    "GET, /nowhere, 404, 404",
    "GET, /subjects/s/other, 404, 404",
    "DELETE, /subjects/s, 405, 405",
    "PUT, /subjects/s/versions, 405, 405",
    "PUT, /config, 422, 42203",
    "POST, /subjects/s, 422, 42201"
  })
  void shouldAnswerWithConfluentsErrorCodeWhenRefusing(
      String method, String path, int status, int code) throws Exception {
    register("s", RECORD);

    assertError(send(method, path, method.equals("GET") ? "" : "{}"), status, code);
  }

  @Test
  void shouldRefuseWhatIsNoAvroSchemaWhenRegistering() throws Exception {
    assertError(register("s", "{not json"), 422, 42201);
    assertError(register("s", "{\"type\":\"record\",\"name\":\"R\"}"), 422, 42201);
    assertError(
        send("POST", "/subjects/s/versions", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}"),
        422,
        42201);
    assertError(send("POST", "/subjects/s/versions", "{no json"), 400, 400);
    assertThat(get("/subjects").body().toString()).isEqualTo("[]");
  }

  @Test
  void shouldRefuseTheRequestWhenItIsTooLarge() throws Exception {
    String huge = "x".repeat(RegistryHandler.MAX_REQUEST_BYTES + 1);

    assertError(send("POST", "/subjects/s/versions", huge), 413, 413);
    assertThat(get("/subjects").status()).as("still serves").isEqualTo(200);
  }

  private Answer register(String subject, String schema) throws Exception {
    return send("POST", "/subjects/" + subject + "/versions", schema(schema));
  }

  private String schema(String schema) throws IOException {
    return json.writeValueAsString(Map.of("schema", schema));
  }

  private Answer get(String path) throws Exception {
    return send("GET", path, "");
  }

  private Answer send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/vnd.schemaregistry.v1+json");
    return new Answer(response.statusCode(), json.readTree(response.body()));
  }

  private static void assertError(Answer answer, int status, int code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().get("error_code").asInt()).isEqualTo(code);
    assertThat(answer.body().get("message").asText()).isNotBlank();
  }
}
