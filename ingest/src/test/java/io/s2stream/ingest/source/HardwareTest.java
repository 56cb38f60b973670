package io.s2stream.ingest.source;

import java.util.Locale;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.s2stream.ingest.source.Hardware.Kind;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class HardwareTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(Hardware.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private @Nullable Level level;

  @BeforeEach
  void listen() {
    level = logger.getLevel();
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(log);
    logger.setLevel(level);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"CUDA", "VAAPI"})
  void shouldWarnOnceForAllStreamsWhenTheDeviceIsNotThere(Kind kind) {
    assumeTrue(isMissing(kind), "this machine has the device");

    assertThat(log.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .contains(
                      "hwaccel " + kind.name().toLowerCase(Locale.ROOT) + " can't be used",
                      "decoded in software",
                      "set decoding.hwaccel to none");
            });
  }

  @Test
  void shouldNotWarnWhenNoDeviceWasAskedForByName() {
    isMissing(Kind.AUTO);
    assertThat(isMissing(Kind.NONE)).isTrue();

    assertThat(log.list).extracting(ILoggingEvent::getLevel).doesNotContain(Level.WARN);
  }

  /** As three streams would ask. */
  private static boolean isMissing(Kind kind) {
    try (Hardware hardware = new Hardware(kind)) {
      for (int stream = 0; stream < 3; stream++) {
        AVBufferRef reference = hardware.reference();
        if (reference != null) {
          avutil.av_buffer_unref(reference);
          return false;
        }
      }
      return true;
    }
  }
}
