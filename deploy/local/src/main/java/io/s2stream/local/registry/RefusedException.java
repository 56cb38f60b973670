package io.s2stream.local.registry;

/** A request is refused, with the status and error code that Confluent's registry uses for it. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int code;

  private RefusedException(int status, int code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** HTTP status. */
  int status() {
    return status;
  }

  /** The body's error_code: mostly the status and two digits more. */
  int code() {
    return code;
  }

  static RefusedException subjectNotFound(String subject) {
    return new RefusedException(404, 40401, "Subject '" + subject + "' not found.");
  }

  static RefusedException versionNotFound(String version) {
    return new RefusedException(404, 40402, "Version " + version + " not found.");
  }

  static RefusedException schemaNotFound(String what) {
    return new RefusedException(404, 40403, what + " not found");
  }

  static RefusedException subjectLevelNotFound(String subject) {
    return new RefusedException(
        404,
        40408,
        "Subject '" + subject + "' does not have subject-level compatibility configured");
  }

  static RefusedException incompatible(String subject, String reason) {
    return new RefusedException(
        409,
        409,
        "Schema being registered is incompatible with an earlier schema for subject \""
            + subject
            + "\": "
            + reason);
  }

  static RefusedException invalidSchema(String reason) {
    return new RefusedException(422, 42201, "Invalid schema: " + reason);
  }

  static RefusedException invalidVersion(String version) {
    return new RefusedException(
        422, 42202, "The specified version '" + version + "' is not a valid version id");
  }

  static RefusedException invalidLevel(String message) {
    return new RefusedException(422, 42203, message);
  }

  static RefusedException malformed(String reason) {
    return new RefusedException(400, 400, reason);
  }

  static RefusedException tooLarge(int maxBytes) {
    return new RefusedException(413, 413, "The request has more than " + maxBytes + " bytes");
  }

  static RefusedException noSuchPath() {
    return new RefusedException(404, 404, "HTTP 404 Not Found");
  }

  static RefusedException noSuchMethod() {
    return new RefusedException(405, 405, "HTTP 405 Method Not Allowed");
  }
}
