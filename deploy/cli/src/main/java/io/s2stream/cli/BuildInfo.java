package io.s2stream.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/** What {@code s2 --version} prints: the versions that the build wrote into the jar. */
final class BuildInfo implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in =
        Objects.requireNonNull(BuildInfo.class.getResourceAsStream("build.properties"))) {
      build.load(in);
    }
    return new String[] {
      "s2 " + build.getProperty("version"),
      "Kafka "
          + build.getProperty("kafka")
          + ", DJL "
          + build.getProperty("djl")
          + " with PyTorch "
          + build.getProperty("pytorch")
          + ", FFmpeg "
          + build.getProperty("ffmpeg"),
      "Java " + Runtime.version() + " on " + System.getProperty("os.name")
    };
  }
}
