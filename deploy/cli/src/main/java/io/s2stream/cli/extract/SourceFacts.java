package io.s2stream.cli.extract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

import io.s2stream.config.EffectiveConfig;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.TowerInfo;

/** Collects everything that features depend on, for the header of the part file. */
final class SourceFacts {
  private SourceFacts() {}

  static PartHeader header(
      ExtractionRequest request,
      TowerInfo tower,
      FeatureLayout layout,
      ImageSize size,
      int framesPerForward)
      throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("format", "1");
    facts.put("video", request.video().toString());
    Path file = request.video().localPath().orElse(null);
    if (file != null) {
      facts.put("video", file.toRealPath().toString());
      facts.put("video bytes", Long.toString(Files.size(file)));
      facts.put("video modified", Files.getLastModifiedTime(file).toString());
    }
    facts.put("fps", Double.toString(request.fps()));
    facts.put("image size", size.height() + "x" + size.width());
    facts.put(
        "s2 options", EffectiveConfig.render(request.s2()).strip().replaceAll("\\s*\n\\s*", ", "));
    PoolConfig pool = request.pool();
    facts.put("pool", pool.t() + "," + pool.h() + "," + pool.w());
    facts.put("dtype", request.dtype().name());
    facts.put("tower", tower.name());
    facts.put("tower sha256", tower.sha256());
    facts.put("tower properties", properties(request.tower().modelDir()));
    facts.put("device", request.tower().device());
    facts.put("tokens x channels", layout.tokens() + "x" + layout.channels());
    facts.put("frames per forward", Integer.toString(framesPerForward));
    return new PartHeader(facts);
  }

  /** Mean, deviation and prefix tokens stand there. */
  private static String properties(Path modelDir) throws IOException {
    Path file = modelDir.resolve("serving.properties");
    if (!Files.isRegularFile(file)) {
      return "none";
    }
    CRC32 crc = new CRC32();
    crc.update(Files.readString(file, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
    return "crc32 " + Long.toHexString(crc.getValue());
  }
}
