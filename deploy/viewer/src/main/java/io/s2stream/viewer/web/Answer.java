package io.s2stream.viewer.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is answered to a request.
 *
 * @param headers beside those that every answer has
 */
record Answer(int status, String type, byte[] body, Map<String, String> headers) {
  static final String JSON = "application/json";
  static final String BYTES = "application/octet-stream";
  static final String JPEG = "image/jpeg";

  static Answer of(String type, byte[] body) {
    return new Answer(200, type, body, Map.of());
  }

  static Answer text(int status, String text) {
    return new Answer(
        status,
        "text/plain; charset=utf-8",
        (text + "\n").getBytes(StandardCharsets.UTF_8),
        Map.of());
  }

  static Answer notFound() {
    return text(404, "not here, or not any more");
  }

  /** The same, offered as a file to keep. */
  Answer asFile(String name) {
    return new Answer(
        status,
        type,
        body,
        Map.of("Content-Disposition", "attachment; filename=\"" + fileName(name) + "\""));
  }

  /** What stands in a header must not end it. */
  private static String fileName(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }

  /** The same, to be kept by the browser: it never changes. */
  Answer asImmutable() {
    return new Answer(
        status, type, body, Map.of("Cache-Control", "private, max-age=3600, immutable"));
  }
}
