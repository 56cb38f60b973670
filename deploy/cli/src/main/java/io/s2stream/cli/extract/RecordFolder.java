package io.s2stream.cli.extract;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.s2stream.cli.files.OutputFile;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.TensorType;

/**
 * Keeps feature records as files of one folder, {@code <stream>-<first frame's index>.npz} or
 * {@code .safetensors}. A record that comes again replaces its file, which is never there in part.
 */
public final class RecordFolder {
  private final Path folder;
  private final ArchiveFormat format;

  /**
   * @param folder made if it is not there
   */
  public RecordFolder(Path folder, ArchiveFormat format) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.format = format;
  }

  /**
   * Writes one record. NumPy has no bfloat16 and neither format has scales: what a format can't
   * hold becomes float32.
   *
   * @return the file
   * @throws IllegalArgumentException if the record contradicts itself
   */
  public Path save(FeatureRecord record) throws IOException {
    Path file = folder.resolve(name(record));
    TensorType type = record.getDtype();
    boolean asItIs =
        type == TensorType.FLOAT32
            || type == TensorType.FLOAT16
            || (type == TensorType.BFLOAT16 && format == ArchiveFormat.SAFETENSORS);
    RecordSeries series = new RecordSeries(record, asItIs ? type : TensorType.FLOAT32);
    new OutputFile(file)
        .write(
            channel -> {
              // Not closed, as it would close the channel, which is still to be forced.
              OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
              format.archive().write(series, out);
              out.flush();
            });
    return file;
  }

  /** A stream's name may hold slashes; its file stays in the folder. */
  private String name(FeatureRecord record) {
    String stream = URLEncoder.encode(record.getStreamId(), StandardCharsets.UTF_8);
    return String.format(
        Locale.ROOT, "%s-%09d%s", stream, record.getFirstFrameIndex(), format.ending());
  }
}
