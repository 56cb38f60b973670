package io.s2stream.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.management.JMException;
import javax.management.ObjectName;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The classes that this process has loaded, as an archive which {@code bin/s2} gives to those that
 * start later: what Java calls application class-data sharing. Reading, checking and linking some
 * 10,000 classes is half of a start.
 */
final class ClassArchive {
  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

  /** Set by {@code bin/s2} where there is no archive yet and one can be written. */
  private static final String PROPERTY = "s2.class-archive";

  private ClassArchive() {}

  /**
   * Writes it if {@code bin/s2} wants one. The process stands still for a second or two.
   *
   * @return why that was not possible; null if nothing is wrong
   */
  static @Nullable String writeIfWanted() {
    String archive = System.getProperty(PROPERTY);
    if (archive == null) {
      return null;
    }
    try {
      write(Path.of(archive));
      return null;
    } catch (IOException | JMException | RuntimeException e) {
      String consequence = "no archive of classes was written, so later starts take longer";
      LOG.warn(consequence, e);
      return consequence + ": " + e;
    }
  }

  private static void write(Path archive) throws IOException, JMException {
    Path folder = archive.getParent();
    Files.createDirectories(folder);
    try (DirectoryStream<Path> others = Files.newDirectoryStream(folder, "*.jsa*")) {
      for (Path other : others) {
        Files.delete(other); // Of other builds, or of a demo that was killed while it wrote.
      }
    }
    // No other process may see a part of it.
    Path whole = Files.createTempFile(folder, "", ".jsa.part");
    Files.delete(whole);
    Object said = dump(whole);
    if (!Files.exists(whole)) {
      throw new IOException(String.valueOf(said));
    }
    Files.move(whole, archive, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns what Java says of it. */
  private static Object dump(Path file) throws JMException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8)); // It talks.
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "vmCds",
              new Object[] {new String[] {"dynamic_dump", '"' + file.toString() + '"'}},
              new String[] {String[].class.getName()});
    } finally {
      System.setOut(out);
    }
  }
}
