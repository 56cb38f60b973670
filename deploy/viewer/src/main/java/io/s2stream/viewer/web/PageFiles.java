package io.s2stream.viewer.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/** The files of the page, in memory. Immutable. */
final class PageFiles {
  private static final List<String> NAMES =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "app.js",
          "live.js",
          "grid.js",
          "detail.js",
          "stage.js",
          "timeline.js",
          "similar.js",
          "pictures.js",
          "charts.js",
          "system.js",
          "dom.js");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, Answer> files = new HashMap<>();

  PageFiles() {
    for (String name : NAMES) {
      byte[] body = read(name);
      CRC32 sum = new CRC32();
      sum.update(body);
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      files.put(
          "/" + name,
          new Answer(
              200,
              "" + type,
              body,
              Map.of(
                  "Cache-Control",
                  "no-cache",
                  "ETag",
                  String.format(Locale.ROOT, "\"%08x\"", sum.getValue()))));
    }
  }

  private static byte[] read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the page's file " + name + " is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null if there is no such file. */
  @Nullable Answer file(String path) {
    return files.get(path.equals("/") ? "/index.html" : path);
  }
}
