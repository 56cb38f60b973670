package io.s2stream.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.tensor.FeatureTensor;

/**
 * Figures of records, and how far each is from the one before in its stream. Remembers a mean
 * vector of C floats per stream, of a bounded number of streams. One thread at a time.
 */
final class FeatureDrift {
  private static final int MAX_STREAMS = 1_000;

  /**
   * Figures of one record.
   *
   * @param minNorm smallest Euclidean norm of a token
   * @param meanNorm mean of the tokens' norms
   * @param maxNorm largest
   * @param notFinite number of elements that are NaN or infinite
   * @param drift 1 - cosine between the mean vectors of all tokens of this record and of the
   *     stream's previous one, 0..2; empty for a stream's first
   */
  record Figures(
      double minNorm, double meanNorm, double maxNorm, long notFinite, OptionalDouble drift) {}

  private final Map<String, double[]> previous = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param record with at least one frame
   */
  Figures add(FeatureRecord record) {
    FeatureTensor tensor = FeatureTensor.of(record);
    double[] mean = new double[tensor.channels()];
    float[] values = new float[tensor.channels()];
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    double sum = 0;
    long notFinite = 0;
    int tokens = tensor.frames() * tensor.tokens();
    for (int i = 0; i < tokens; i++) {
      tensor.token(i / tensor.tokens(), i % tensor.tokens()).copyTo(values, 0);
      double squares = 0;
      for (int c = 0; c < values.length; c++) {
        squares += (double) values[c] * values[c];
        mean[c] += values[c] / (double) tokens;
        notFinite += Float.isFinite(values[c]) ? 0 : 1;
      }
      double norm = Math.sqrt(squares);
      min = Math.min(min, norm);
      max = Math.max(max, norm);
      sum += norm / tokens;
    }
    return new Figures(min, sum, max, notFinite, drift(record.getStreamId(), mean));
  }

  private OptionalDouble drift(String stream, double[] mean) {
    double[] before = previous.put(stream, mean);
    if (previous.size() > MAX_STREAMS) {
      previous.remove(previous.keySet().iterator().next());
    }
    if (before == null || before.length != mean.length) {
      return OptionalDouble.empty();
    }
    double product = 0;
    double squares = 0;
    double squaresBefore = 0;
    for (int c = 0; c < mean.length; c++) {
      product += mean[c] * before[c];
      squares += mean[c] * mean[c];
      squaresBefore += before[c] * before[c];
    }
    return OptionalDouble.of(1 - product / Math.sqrt(squares * squaresBefore));
  }
}
