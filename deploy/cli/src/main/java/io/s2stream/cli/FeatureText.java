package io.s2stream.cli;

import java.util.Locale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Feature records as one line of text or JSON each, without the tensor. */
final class FeatureText {
  private final ObjectMapper json = new ObjectMapper();

  /**
   * A line for people, with the tensor's mean and its Euclidean norm.
   *
   * @param figures added if there are any
   */
  String line(FeatureRecord record, FeatureDrift.@Nullable Figures figures) {
    if (record.getEndOfStream()) {
      return record.getStreamId()
          + "  end of stream after "
          + record.getFirstFrameIndex()
          + " frames";
    }
    if (record.getSkipped() != null) {
      return String.format(
          Locale.ROOT,
          "%s  frame %d  %d frames left out: %s",
          record.getStreamId(),
          record.getFirstFrameIndex(),
          record.getFrames().size(),
          record.getSkipped());
    }
    double sum = 0;
    double squares = 0;
    float[] values = FeatureTensor.of(record).toFloats();
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    return String.format(
            Locale.ROOT,
            "%s  frame %d  pts %.3f s  shape %s %s  mean %.4f  norm %.2f",
            record.getStreamId(),
            record.getFirstFrameIndex(),
            record.getFrames().get(0).getPtsMicros() / 1e6,
            record.getShape(),
            record.getDtype().name().toLowerCase(Locale.ROOT),
            sum / Math.max(1, values.length),
            Math.sqrt(squares))
        + (figures == null ? "" : "  " + line(figures));
  }

  private static String line(FeatureDrift.Figures figures) {
    return String.format(
            Locale.ROOT,
            "token norms %.2f..%.2f, mean %.2f",
            figures.minNorm(),
            figures.maxNorm(),
            figures.meanNorm())
        + (figures.notFinite() == 0 ? "" : "  NOT FINITE " + figures.notFinite())
        + (figures.drift().isEmpty()
            ? ""
            : String.format(Locale.ROOT, "  drift %.4f", figures.drift().getAsDouble()));
  }

  /**
   * One JSON object: where the message stands, and all of the record but the tensor's bytes.
   *
   * @param figures added if there are any
   */
  String json(
      ConsumerRecord<?, ?> message, FeatureRecord record, FeatureDrift.@Nullable Figures figures) {
    ObjectNode node = json.createObjectNode();
    node.put("topic", message.topic());
    node.put("partition", message.partition());
    node.put("offset", message.offset());
    node.put("stream_id", record.getStreamId());
    node.put("first_frame_index", record.getFirstFrameIndex());
    ArrayNode frames = node.putArray("frames");
    for (FrameInfo frame : record.getFrames()) {
      ObjectNode entry = frames.addObject();
      entry.put("index", frame.getIndex());
      entry.put("pts_micros", frame.getPtsMicros());
      entry.put("capture_time_micros", frame.getCaptureTimeMicros());
      entry.put("discontinuity", frame.getDiscontinuity());
    }
    node.set("shape", json.valueToTree(record.getShape()));
    node.set("grid", json.valueToTree(record.getGrid()));
    node.put("prefix_tokens", record.getPrefixTokens());
    node.set("pool", json.valueToTree(record.getPool()));
    node.put("dtype", record.getDtype().name());
    node.set("image_sizes", json.valueToTree(record.getImageSizes()));
    node.put("tower", record.getTower());
    node.put("tower_sha256", record.getTowerSha256());
    node.put("processor_version", record.getProcessorVersion());
    node.put("end_of_stream", record.getEndOfStream());
    node.put("skipped", record.getSkipped());
    node.put("data_bytes", record.getData().remaining());
    if (figures != null) {
      ObjectNode stats = node.putObject("stats");
      stats.put("min_norm", figures.minNorm());
      stats.put("mean_norm", figures.meanNorm());
      stats.put("max_norm", figures.maxNorm());
      stats.put("not_finite", figures.notFinite());
      figures.drift().ifPresent(drift -> stats.put("drift", drift));
    }
    try {
      return json.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can always be written", e);
    }
  }
}
