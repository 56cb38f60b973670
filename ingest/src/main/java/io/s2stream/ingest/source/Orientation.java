package io.s2stream.ingest.source;

import java.util.Locale;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Turns a display matrix, as phones and some cameras write it, into the libavfilter filters that
 * put the picture upright; the same result as the ffmpeg command gives.
 */
final class Orientation {

  /** Text of the filters for a picture that is upright already. */
  static final String UPRIGHT = "";

  private static final int MATRIX_INTS = 9;

  private Orientation() {}

  /** Returns the filters a stream's header asks for, each followed by a comma. */
  static String filtersFor(AVCodecParameters parameters) {
    AVPacketSideData data =
        parameters.nb_coded_side_data() == 0
            ? null
            : avcodec.av_packet_side_data_get(
                parameters.coded_side_data(),
                parameters.nb_coded_side_data(),
                avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    return data == null || data.isNull() ? UPRIGHT : filtersFor(data.data());
  }

  /** Returns the filters a frame asks for itself, or {@code otherwise} if it says nothing. */
  static String filtersFor(AVFrame frame, String otherwise) {
    AVFrameSideData data = avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
    return data == null || data.isNull() ? otherwise : filtersFor(data.data());
  }

  private static String filtersFor(Pointer data) {
    int[] matrix = new int[MATRIX_INTS];
    new IntPointer(data).get(matrix);
    return filtersFor(matrix);
  }

  /**
   * @param matrix row by row, 3x3: [a b u; c d v; x y w], where the point (p, q) goes to (a·p +
   *     c·q, b·p + d·q)
   */
  static String filtersFor(int[] matrix) {
    // The angle alone does not tell a rotation from a mirror image (a horizontal flip reads as 180
    // degrees), so the signs of the matrix decide that.
    long clockwise = Math.floorMod(-Math.round(avutil.av_display_rotation_get(matrix)), 360L);
    if (clockwise == 0) {
      return matrix[4] < 0 ? "vflip," : UPRIGHT;
    }
    if (clockwise == 90) {
      return matrix[3] > 0 ? "transpose=cclock_flip," : "transpose=clock,";
    }
    if (clockwise == 180) {
      return (matrix[0] < 0 ? "hflip," : "") + (matrix[4] < 0 ? "vflip," : "");
    }
    if (clockwise == 270) {
      return matrix[3] < 0 ? "transpose=clock_flip," : "transpose=cclock,";
    }
    return String.format(Locale.ROOT, "rotate=%d*PI/180,", clockwise);
  }
}
