package io.s2stream.processor.topology;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SendFuseTest {
  @Test
  void shouldStopSendsAndCommitsOnlyAfterAFailedSend() {
    SendFuse fuse = new SendFuse();
    assertThatCode(fuse::check).doesNotThrowAnyException();

    assertThat(fuse.blow(new TimeoutException("expired after 120 s"))).isTrue();
    assertThat(fuse.blow(new KafkaException("Producer is closed forcefully."))).isFalse();

    assertThatThrownBy(fuse::check)
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("expired after 120 s");
  }
}
