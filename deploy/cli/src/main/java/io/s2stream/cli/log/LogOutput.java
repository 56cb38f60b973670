package io.s2stream.cli.log;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import io.s2stream.config.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sets where log lines go and how much is logged; what logback.xml says holds until then. */
public final class LogOutput {
  private static final String WITH_TRACES =
      "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{1}: %msg%replace( %kvp{NONE}){'^ $', ''}%n";

  private static final String FORMAT = "S2_LOG_FORMAT";
  private static final String JSON = "json";

  private LogOutput() {}

  /**
   * Refuses an environment that logback.xml makes nothing of.
   *
   * @throws InvalidSettingException if the form of the lines or their limit is none
   */
  public static void check(Map<String, String> env) {
    String format = env.getOrDefault(FORMAT, "text");
    if (!format.equals("text") && !format.equals(JSON)) {
      throw new InvalidSettingException(FORMAT, "must be text or json, not '" + format + "'");
    }
    String repeats = env.getOrDefault("S2_LOG_REPEATS", "0");
    if (!repeats.matches("\\d{1,9}")) {
      throw new InvalidSettingException(
          "S2_LOG_REPEATS", "must be a number of lines a minute, or 0, not '" + repeats + "'");
    }
  }

  /**
   * Tells what a service starts with: a line of the log where that is JSON, which whoever collects
   * it may read together with standard output, else plain text.
   */
  public static void announce(PrintWriter out, String what, String text) {
    if (JSON.equals(System.getenv(FORMAT))) {
      LoggerFactory.getLogger(LogOutput.class).info("{}: {}", what, text);
    } else {
      out.println(text);
      out.flush();
    }
  }

  /**
   * Tells why a command failed: as the last line of the log where that is JSON, else as text.
   *
   * @param trace shown as well; null: none
   */
  public static void fail(PrintWriter err, String message, @Nullable Throwable trace) {
    if (JSON.equals(System.getenv(FORMAT))) {
      LoggerFactory.getLogger(LogOutput.class).error(message, trace);
      return;
    }
    err.println("s2: " + message);
    if (trace != null) {
      trace.printStackTrace(err);
    }
    err.flush();
  }

  /** More of everything on standard error, with stack traces. */
  public static void verboseConsole() {
    if (JSON.equals(System.getenv(FORMAT))) {
      levels(Level.INFO, Level.DEBUG); // The lines have the traces anyway.
      return;
    }
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    use(appender, Level.INFO, Level.DEBUG);
  }

  /** Errors alone: for commands in which trouble is the subject. */
  public static void errorsOnly() {
    levels(Level.ERROR, Level.ERROR);
  }

  private static void levels(Level libraries, Level s2) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(libraries);
    context.getLogger("io.s2stream").setLevel(s2);
  }

  /** Everything into a file, nothing on the terminal. */
  public static void file(Path file) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    use(appender, Level.WARN, Level.INFO);
  }

  private static void use(OutputStreamAppender<ILoggingEvent> appender, Level libraries, Level s2) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(WITH_TRACES);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    levels(libraries, s2);
  }
}
