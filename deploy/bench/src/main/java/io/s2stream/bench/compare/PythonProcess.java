package io.s2stream.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The loop in Python as a process that is warm and waits for topics; see loop.py. */
final class PythonProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Path log;

  private PythonProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @throws LeftOutException when it does not start, with what Python says
   */
  static PythonProcess start(
      Path python, Path loop, Path model, Path video, String bootstrap, int side)
      throws IOException, InterruptedException, LeftOutException {
    Path log = Files.createTempFile("s2-bench-python-", ".log");
    PythonProcess started =
        new PythonProcess(
            new ProcessBuilder(
                    python.toString(),
                    loop.toString(),
                    model.toString(),
                    video.toString(),
                    bootstrap,
                    "--side",
                    Integer.toString(side))
                .redirectError(log.toFile())
                .start(),
            log);
    String line = started.out.readLine();
    if (!"ready".equals(line)) {
      started.process.waitFor(5, TimeUnit.SECONDS);
      String[] said = Files.readString(log).strip().split("\n", -1);
      started.close();
      throw new LeftOutException("loop.py does not start: " + said[said.length - 1]);
    }
    return started;
  }

  /** Processes the video into a topic; returns the seconds. */
  double run(String topic, int frames) throws IOException, WrongOutputException {
    OutputStream in = process.getOutputStream();
    in.write((topic + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
    String line = out.readLine();
    if (line == null) {
      throw new WrongOutputException("the Python loop ended: " + Files.readString(log).strip());
    }
    String[] words = line.split(" ", -1);
    if (Integer.parseInt(words[2]) != frames) {
      throw new WrongOutputException(
          "the Python loop made features of " + words[2] + " frames, not of " + frames);
    }
    return Double.parseDouble(words[1]);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    Files.deleteIfExists(log);
  }
}
