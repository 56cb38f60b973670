package io.s2stream.viewer.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Who may look. With a token: whoever knows it, from the header or from the cookie that it was
 * changed into. Without one, on loopback alone: everybody on this machine, but only under a name of
 * this machine, so that no page of somebody else's can reach us by a name that it points here (DNS
 * rebinding).
 */
final class Access {
  /** Name of the cookie; ports share cookies, but their values differ. */
  static final String COOKIE = "s2-viewer";

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.]+\\]");

  private final @Nullable String token;
  private final @Nullable String ticket;

  Access(@Nullable String token) {
    this.token = token;
    this.ticket = token == null ? null : digest(token);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(("s2-viewer " + text).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a request came under a name that we answer to. */
  boolean isOurName(@Nullable String host) {
    if (token != null) {
      return true; // another name has another cookie
    }
    if (host == null) {
      return false;
    }
    String name = host.replaceFirst(":\\d+$", "");
    if (name.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return ADDRESS.matcher(name).matches() && InetAddress.getByName(name).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether there is no token, or this header carries it. */
  boolean hasToken(@Nullable String authorization) {
    return token == null || isEqual(authorization, "Bearer " + token);
  }

  /** Whether there is no token, or this cookie was given for it. */
  boolean hasTicket(@Nullable String cookie) {
    return ticket == null || isEqual(cookie, ticket);
  }

  private static boolean isEqual(@Nullable String given, String expected) {
    return given != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  /** The cookie that stands for the token. */
  String setCookie() {
    return COOKIE + "=" + ticket + "; HttpOnly; SameSite=Strict; Path=/";
  }
}
