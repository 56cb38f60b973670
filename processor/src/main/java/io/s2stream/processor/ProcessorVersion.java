package io.s2stream.processor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version this processor was built as; stands in every feature record. */
public final class ProcessorVersion {
  private ProcessorVersion() {}

  public static String current() {
    try (InputStream in = ProcessorVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties, which the build makes, can't be read", e);
    }
  }
}
