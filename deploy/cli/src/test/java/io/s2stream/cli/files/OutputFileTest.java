package io.s2stream.cli.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

import io.s2stream.cli.refusal.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutputFileTest {
  @TempDir private Path dir;

  @Test
  void shouldReplaceAnOlderFileWhenTheNewOneIsWhole() throws Exception {
    Path target = Files.writeString(dir.resolve("y"), "old");

    new OutputFile(target)
        .write(
            channel -> {
              channel.write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w'}));
              assertThat(target).hasContent("old");
            });

    assertThat(target).hasContent("new");
    assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void shouldKeepTheOlderFileWhenWritingFails() throws Exception {
    Path target = Files.writeString(dir.resolve("y"), "old");

    assertThatThrownBy(
            () ->
                new OutputFile(target)
                    .write(
                        channel -> {
                          channel.write(ByteBuffer.wrap(new byte[] {'n'}));
                          throw new IOException("disk full");
                        }))
        .hasMessage("disk full");

    assertThat(target).hasContent("old");
    assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void shouldWriteThroughALinkInsteadOfReplacingIt() throws Exception {
    Path real = Files.writeString(dir.resolve("real"), "old");
    Path link = Files.createSymbolicLink(dir.resolve("link"), real);

    new OutputFile(link).write(channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));

    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("n");
  }

  @Test
  void shouldFindPlacesThatCanNotBeWrittenBeforeAnyWork() {
    for (Path bad : new Path[] {dir, dir.resolve("none/y"), Path.of("/dev/null")}) {
      Problems problems = new Problems();

      new OutputFile(bad).check("--output", problems);

      assertThatThrownBy(problems::throwIfAny).hasMessageContaining("--output " + bad);
    }
  }
}
