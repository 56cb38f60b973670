package io.s2stream.viewer.web;

import java.net.InetAddress;

import io.s2stream.config.InvalidSettingException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The web server of the page. */
public final class ViewerServer implements AutoCloseable {
  private static final int MAX_THREADS = 12;
  private static final int WAITING_CONNECTIONS = 64;
  private static final int HEADER_BYTES = 16 << 10;
  private static final long IDLE_MILLIS = 30_000;

  private final Server server;
  private final Browsers browsers;
  private final String host;
  private final int port;

  private ViewerServer(Server server, Browsers browsers, String host, int port) {
    this.server = server;
    this.browsers = browsers;
    this.host = host;
    this.port = port;
  }

  /**
   * Starts to answer.
   *
   * @throws InvalidSettingException if the address can't be listened on
   */
  public static ViewerServer start(WebSettings settings, Api api, Browsers browsers) {
    browsers.speak(api.json());
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
    threads.setName("s2-viewer-web");
    threads.setDaemon(true);
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setUriCompliance(UriCompliance.DEFAULT);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.setAcceptQueueSize(WAITING_CONNECTIONS);
    server.addConnector(connector);
    server.setHandler(new PageHandler(new Access(settings.token()), api, browsers));
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new InvalidSettingException(
          "web",
          "can't listen on "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
    }
    return new ViewerServer(server, browsers, settings.host(), connector.getLocalPort());
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the viewer's web server could not be stopped", e);
    }
  }

  /** Tells all browsers how the streams and the system are doing. */
  public void tellState(PageJson json) {
    if (!browsers.isEmpty()) {
      browsers.post("state", json.state());
    }
  }

  public int port() {
    return port;
  }

  /** Where the page is. */
  public String url() {
    boolean everywhere = isAnyAddress(host);
    String name = everywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    return "http://" + name + ":" + port;
  }

  private static boolean isAnyAddress(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (java.net.UnknownHostException e) {
      return false;
    }
  }

  /** Frees the port; browsers come back by themselves when another listens on it. */
  @Override
  public void close() {
    browsers.close();
    stop(server);
  }
}
