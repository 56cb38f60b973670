package io.s2stream.meters;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the services were built as; the processor's stands in every feature record. */
public final class BuildVersion {
  private BuildVersion() {}

  /** Such as {@code 0.1.0}. */
  public static String current() {
    try (InputStream in = BuildVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties, which the build makes, can't be read", e);
    }
  }
}
