package io.s2stream.cli;

/** A command can't do its work; the message is all the user needs. */
final class CommandFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  CommandFailedException(String message) {
    super(message);
  }
}
