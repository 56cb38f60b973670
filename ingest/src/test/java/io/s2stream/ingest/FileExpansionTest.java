package io.s2stream.ingest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.ingest.source.LiveMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FileExpansionTest {

  @TempDir private Path folder;

  @BeforeEach
  void makeFiles() throws Exception {
    Files.createDirectories(folder.resolve("2024"));
    for (String name : List.of("b.mp4", "a b.MKV", "notes.txt", ".hidden.mp4", "2024/c.mp4")) {
      Files.createFile(folder.resolve(name));
    }
  }

  private static StreamSettings entry(String id, String uri) {
    return new StreamSettings(id, uri, null, LiveMode.AUTO, List.of());
  }

  private static List<StreamSource> expand(String uri) {
    return FileExpansion.expand(List.of(entry("archive", uri)));
  }

  @Test
  void shouldTakeTheVideosOfAFolderByName() {
    assertThat(expand(folder.toString()))
        .extracting(StreamSource::id)
        .containsExactly("archive.a_b.MKV", "archive.b.mp4");
    assertThat(expand(folder.toString()))
        .allSatisfy(stream -> assertThat(stream.entry()).isEqualTo("archive"));
  }

  @Test
  void shouldTakeWhatAGlobMatchesAlsoInFoldersBelow() {
    assertThat(expand(folder + "/**.mp4"))
        .extracting(StreamSource::id)
        .containsExactly("archive..hidden.mp4", "archive.2024_c.mp4", "archive.b.mp4");
    assertThat(expand(folder + "/{a,b}*"))
        .extracting(StreamSource::id)
        .containsExactly("archive.a_b.MKV", "archive.b.mp4");
  }

  @Test
  void shouldLeaveAFileAndAUrlAsTheyAre() {
    String file = folder.resolve("b.mp4").toString();

    assertThat(expand(file)).extracting(StreamSource::id).containsExactly("archive");
    assertThat(expand("rtsp://cam/*").get(0).settings().uri()).isEqualTo("rtsp://cam/*");
    assertThat(expand(folder + "/missing.mp4")).hasSize(1);
    assertThat(expand(folder + "/*.avi")).isEmpty();
  }

  @Test
  void shouldTakeAFileWhoseNameLooksLikeAGlob() throws Exception {
    Path file = Files.createFile(folder.resolve("cam[1].mp4"));

    assertThat(expand(file.toString())).extracting(StreamSource::id).containsExactly("archive");
  }

  @Test
  void shouldRefuseTwoFilesThatWouldBeOneStream() throws Exception {
    Files.createFile(folder.resolve("a_b.MKV"));

    assertThatThrownBy(() -> expand(folder.toString()))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("'archive.a_b.MKV', which there is already; rename it");
  }
}
