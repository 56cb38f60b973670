package io.s2stream.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real RTSP server on loopback: GStreamer's, run by {@code src/test/python/rtsp_camera.py} as a
 * child process, which ends with this one.
 */
public final class RtspCamera implements AutoCloseable {

  /** What to say where it can't run. */
  public static final String MISSING =
      "skipped: no GStreamer RTSP server; install Debian's gstreamer1.0-rtsp, python3-gi,"
          + " gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-plugins-{base,good,ugly}";

  private static final String PYTHON = "/usr/bin/python3"; // Debian's own, which sees python3-gi.
  private static final Path SCRIPT = Path.of("src/test/python/rtsp_camera.py");

  private final Process process;
  private final BufferedReader output;
  private final int port;

  private RtspCamera(Process process, BufferedReader output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /** Returns whether the server and its encoders are installed. */
  public static boolean isInstalled() throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of(PYTHON))) {
      return false;
    }
    String check =
        """
        import gi
        gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
        from gi.repository import Gst, GstRtspServer
        Gst.init(None)
        assert all(Gst.ElementFactory.find(n) for n in ["x264enc", "rtph264pay", "videotestsrc"])
        """;
    return new ProcessBuilder(PYTHON, "-c", check)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** Starts a camera of 10 frames/s with a keyframe a second on a free port. */
  public static RtspCamera start(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT.toString()));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    if (line == null || !line.startsWith("PORT ")) {
      process.destroyForcibly();
      throw new IOException("the RTSP server did not start: " + line);
    }
    return new RtspCamera(process, output, Integer.parseInt(line.substring("PORT ".length())));
  }

  int port() {
    return port;
  }

  String url() {
    return url("");
  }

  /**
   * @param userInfo empty, or {@code user:password@}
   */
  String url(String userInfo) {
    return "rtsp://" + userInfo + "127.0.0.1:" + port + "/cam";
  }

  /** Keeps connections open and sends nothing. */
  void silence() throws IOException {
    tell("silence");
  }

  /** Holds each packet up for 100 ms: about as much as there is between two. */
  void slow() throws IOException {
    tell("slow");
  }

  void resume() throws IOException {
    tell("resume");
  }

  /** Closes all connections. */
  void drop() throws IOException {
    tell("drop");
  }

  /** Returns how many connections there are. */
  int clients() throws IOException {
    tell("clients");
    return Integer.parseInt(output.readLine().substring("CLIENTS ".length()));
  }

  private void tell(String word) throws IOException {
    OutputStream input = process.getOutputStream();
    input.write((word + "\n").getBytes(StandardCharsets.UTF_8));
    input.flush();
  }

  /** Kills the server as a power cut would, and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
