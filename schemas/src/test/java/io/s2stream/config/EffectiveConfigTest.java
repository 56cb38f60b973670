package io.s2stream.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EffectiveConfigTest {

  enum Mode {
    FAST_ONE
  }

  record Item(
      @Setting("Where.") String url,
      @Setting(value = "Password.", secret = true) String password,
      @Setting(value = "Note.", optional = true) @Nullable String note) {}

  record Root(
      @Setting("Mode.") Mode mode,
      @Setting("Wait.") Duration linger,
      @Setting("Limit.") ByteSize limit,
      @Setting("Numbers.") List<Integer> numbers,
      @Setting("Text.") String text,
      @Setting("Items.") List<Item> items,
      @Setting("One.") Item one) {}

  @Test
  void shouldPrintEverySettingWithSecretsMasked() {
    Item item = new Item("rtsp://u:pw@h/1", "geheim", null);
    Root root =
        new Root(
            Mode.FAST_ONE,
            Duration.ofMillis(1500),
            ByteSize.ofMebibytes(2048),
            List.of(1, 2),
            "a: b # c",
            List.of(item, new Item("f.mp4", "geheim", "x")),
            item);

    assertThat(EffectiveConfig.render(root))
        .isEqualTo(
            """
            mode: fast-one
            linger: 1500ms
            limit: 2GiB
            numbers: [1, 2]
            text: "a: b # c"
            items:
              - url: rtsp://***@h/1
                password: ***
                # note: not set
              - url: f.mp4
                password: ***
                note: x
            one:
              url: rtsp://***@h/1
              password: ***
              # note: not set
            """);
  }

  @Test
  void shouldShowOnlyHarmlessValuesOfPairs() {
    record Pairs(
        @Setting(value = "Options.", shownNames = "rtsp_transport timeout") List<String> options) {}

    assertThat(EffectiveConfig.render(new Pairs(List.of("rtsp_transport=tcp", "password=hunter2"))))
        .isEqualTo("options: [rtsp_transport=tcp, password=***]\n");
  }

  @Test
  void shouldPrintTextThatParsesBackToTheSameConfig() throws ConfigException {
    record Plain(
        @Setting("Wait.") Duration linger,
        @Setting("Text.") String text,
        @Setting("Texts.") List<String> texts,
        @Setting("Limit.") ByteSize limit) {}
    Plain plain =
        new Plain(
            Duration.ofNanos(250_000), "- \"x\"\n", List.of("", "a,b", "null"), new ByteSize(1000));

    Plain again = ConfigParser.parse(EffectiveConfig.render(plain), "again", Plain.class, Map.of());

    assertThat(again).isEqualTo(plain);
  }
}
