package io.s2stream.cli;

import java.nio.file.Path;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import org.slf4j.LoggerFactory;

/** Sets where log lines go and how much is logged; what logback.xml says holds until then. */
final class LogOutput {
  private static final String WITH_TRACES =
      "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{1}: %msg%n";

  private LogOutput() {}

  /** More of everything on standard error, with stack traces. */
  static void verboseConsole() {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    use(appender, Level.INFO, Level.DEBUG);
  }

  /** Errors alone: for commands in which trouble is the subject. */
  static void errorsOnly() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
    context.getLogger("io.s2stream").setLevel(Level.ERROR);
  }

  /** Everything into a file, nothing on the terminal. */
  static void file(Path file) {
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
    root.setLevel(libraries);
    context.getLogger("io.s2stream").setLevel(s2);
  }
}
