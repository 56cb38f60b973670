package io.s2stream.viewer.web;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request. Only GET and HEAD; nothing changes anything but what is sent to the
 * browser itself. The files of the page are no secret; whatever comes from records needs access.
 */
final class PageHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(PageHandler.class);
  private static final String API = "/api/";
  private static final Map<String, String> ALWAYS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final Access access;
  private final Api api;
  private final Browsers browsers;
  private final PageFiles files = new PageFiles();

  PageHandler(Access access, Api api, Browsers browsers) {
    this.access = access;
    this.api = api;
    this.browsers = browsers;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ALWAYS.forEach((name, value) -> response.getHeaders().put(name, value));
    String path = request.getHttpURI().getCanonicalPath();
    Answer answer;
    if (!access.isOurName(request.getHeaders().get("Host"))) {
      answer = Answer.text(421, "this page is at a loopback address, such as 127.0.0.1");
    } else if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      answer = Answer.text(405, "GET only");
    } else if (path.startsWith(API)) {
      answer = api(path.substring(API.length()), request, response, callback);
    } else {
      answer = file(path, request);
    }
    if (answer != null) {
      send(answer, request, response, callback);
    }
    return true;
  }

  private Answer file(String path, Request request) {
    Answer file = files.file(path);
    if (file == null) {
      return Answer.notFound();
    }
    String known = request.getHeaders().get("If-None-Match");
    return known != null && known.equals(file.headers().get("ETag"))
        ? new Answer(304, file.type(), new byte[0], file.headers())
        : file;
  }

  /** Null if the answer goes on for long. */
  private @Nullable Answer api(String name, Request request, Response response, Callback callback) {
    boolean token = access.hasToken(request.getHeaders().get("Authorization"));
    if (name.equals("login")) {
      return token
          ? new Answer(204, "text/plain", new byte[0], Map.of("Set-Cookie", access.setCookie()))
          : Answer.text(401, "expected the token of the viewer's configuration");
    }
    if (!token && !access.hasTicket(cookie(request))) {
      return Answer.text(401, "expected the token, as 'Authorization: Bearer TOKEN'");
    }
    try {
      Query query = new Query(Request.extractQueryParameters(request));
      return switch (name) {
        case "events" -> events(query.text("browser"), response, callback);
        case "watch" -> watch(query);
        default -> api.answer(name, query);
      };
    } catch (IllegalArgumentException e) {
      return Answer.text(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("A request of the page failed: {}", name, e);
      return Answer.text(500, "failed; the log says why");
    }
  }

  private @Nullable Answer events(String name, Response response, Callback callback) {
    if (!name.matches("[a-z0-9]{1,40}")) {
      return Answer.text(400, "parameter 'browser': expected letters and digits");
    }
    Browser browser = browsers.add(name, response, callback);
    if (browser == null) {
      return Answer.text(503, "enough browsers look on already (web.max-browsers)");
    }
    response.setStatus(200);
    response.getHeaders().put("Content-Type", "text/event-stream");
    browser.post("state", "state", api.json().state());
    return null;
  }

  private Answer watch(Query query) {
    Set<Integer> streams = query.numbers("streams");
    int alone = query.number("focus", -1);
    if (!browsers.looksAt(query.text("browser"), streams, alone)) {
      return Answer.text(409, "not connected");
    }
    api.lookedAt(streams);
    api.lookedAt(Set.of(alone));
    return new Answer(204, "text/plain", new byte[0], Map.of());
  }

  private static @Nullable String cookie(Request request) {
    List<HttpCookie> cookies = Request.getCookies(request);
    return cookies.stream()
        .filter(cookie -> cookie.getName().equals(Access.COOKIE))
        .map(HttpCookie::getValue)
        .findFirst()
        .orElse(null);
  }

  private static void send(Answer answer, Request request, Response response, Callback callback) {
    response.setStatus(answer.status());
    HttpFields.Mutable headers = response.getHeaders();
    if (answer.body().length > 0) {
      headers.put("Content-Type", answer.type());
      headers.put("Content-Length", answer.body().length);
    }
    answer.headers().forEach((name, value) -> headers.put(name, value));
    boolean head = request.getMethod().equals("HEAD");
    response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(answer.body()), callback);
  }
}
