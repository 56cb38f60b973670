package io.s2stream.viewer.features;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * Fits the first three principal components of the patches of a few frames, by subspace iteration
 * with a Rayleigh-Ritz step (Halko, Martinsson, Tropp 2011): the covariance of C channels, which
 * would be C * C numbers, is never made.
 *
 * <p>A fit that follows another keeps its colours. Principal components are unique up to their
 * signs only, and swap where two are of about the same size; so the new axes are turned within
 * their own space as near to the last ones as they can be (orthogonal Procrustes), and black and
 * white move slowly.
 */
public final class PcaFit {
  private static final int MAX_ROWS = 256;
  private static final int WIDTH = 6; // three more than wanted, so that three converge quickly
  private static final int COLD_STEPS = 10;
  private static final int WARM_STEPS = 1;
  private static final double TAIL = 0.01;
  private static final float KEPT = 0.7f;

  private PcaFit() {}

  /**
   * @param window frames of one layout, at least one; evenly spaced patches of them are taken
   * @param last the fit before, or null
   */
  public static PcaBasis fit(
      List<PatchFeatures> window, ChannelRange range, @Nullable PcaBasis last) {
    PcaBasis kept = last != null && last.channels() == range.length() ? last : null;
    DMatrixRMaj rows = sample(window, range);
    DMatrixRMaj centred = centred(rows);
    DMatrixRMaj space = start(range.length(), kept);
    for (int step = 0; step < (kept == null ? COLD_STEPS : WARM_STEPS); step++) {
      space = orthonormal(back(centred, product(centred, space)));
    }
    DMatrixRMaj axes = principal(centred, space);
    return stretched(rows, kept == null ? axes : turned(axes, kept.axes()), kept);
  }

  private static DMatrixRMaj sample(List<PatchFeatures> window, ChannelRange range) {
    int patches = window.get(0).patches();
    long all = (long) patches * window.size();
    int count = (int) Math.min(MAX_ROWS, all);
    DMatrixRMaj rows = new DMatrixRMaj(count, range.length());
    for (int i = 0; i < count; i++) {
      // A step that is prime to most grids, so that not the same columns are taken of each frame.
      long place = Math.floorMod(i * (all / count) + i * 7L, all);
      window
          .get((int) (place / patches))
          .copyTo((int) (place % patches), range, rows.data, i * range.length());
    }
    return rows;
  }

  private static DMatrixRMaj centred(DMatrixRMaj rows) {
    DMatrixRMaj sums = CommonOps_DDRM.sumCols(rows, null);
    DMatrixRMaj centred = rows.copy();
    for (int i = 0; i < rows.numRows; i++) {
      for (int c = 0; c < rows.numCols; c++) {
        centred.add(i, c, -sums.get(c) / rows.numRows);
      }
    }
    return centred;
  }

  /** {@code [C, k]}: the last axes, and random ones (the same each time) beside them. */
  private static DMatrixRMaj start(int channels, @Nullable PcaBasis last) {
    int width = Math.min(WIDTH, channels);
    Random random = new Random(1);
    DMatrixRMaj space = new DMatrixRMaj(channels, Math.max(width, PcaBasis.COLOURS));
    for (int c = 0; c < channels; c++) {
      for (int k = 0; k < space.numCols; k++) {
        space.set(c, k, random.nextGaussian() / channels);
      }
    }
    if (last != null) {
      CommonOps_DDRM.insert(last.axes(), space, 0, 0);
    }
    return space;
  }

  private static DMatrixRMaj product(DMatrixRMaj a, DMatrixRMaj b) {
    return CommonOps_DDRM.mult(a, b, null);
  }

  private static DMatrixRMaj back(DMatrixRMaj a, DMatrixRMaj b) {
    return CommonOps_DDRM.multTransA(a, b, null);
  }

  private static DMatrixRMaj orthonormal(DMatrixRMaj space) {
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(space.numRows, space.numCols);
    if (!qr.decompose(space.copy())) {
      return space;
    }
    return qr.getQ(null, true);
  }

  /** The principal components within the space, the largest first; {@code [C, 3]}. */
  private static DMatrixRMaj principal(DMatrixRMaj centred, DMatrixRMaj space) {
    DMatrixRMaj shadows = product(centred, space);
    DMatrixRMaj small = back(shadows, shadows);
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(small.numRows, true, true);
    DMatrixRMaj turn = new DMatrixRMaj(small.numRows, PcaBasis.COLOURS);
    if (eigen.decompose(small)) {
      Integer[] order = new Integer[small.numRows];
      Arrays.setAll(order, i -> i);
      Arrays.sort(
          order,
          (a, b) ->
              Double.compare(eigen.getEigenvalue(b).getReal(), eigen.getEigenvalue(a).getReal()));
      for (int k = 0; k < PcaBasis.COLOURS && k < order.length; k++) {
        CommonOps_DDRM.insert(eigen.getEigenVector(order[k]), turn, 0, k);
      }
    } else {
      CommonOps_DDRM.setIdentity(turn);
    }
    return product(space, turn);
  }

  private static DMatrixRMaj turned(DMatrixRMaj axes, DMatrixRMaj last) {
    DMatrixRMaj overlap = back(axes, last); // [3, 3]
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(3, 3, true, true, false);
    if (!svd.decompose(overlap)) {
      return axes;
    }
    return product(axes, product(svd.getU(null, false), svd.getV(null, true)));
  }

  private static PcaBasis stretched(DMatrixRMaj rows, DMatrixRMaj axes, @Nullable PcaBasis last) {
    DMatrixRMaj along = product(rows, axes); // [n, 3]
    float[] black = new float[PcaBasis.COLOURS];
    float[] white = new float[PcaBasis.COLOURS];
    double[] sorted = new double[along.numRows];
    for (int k = 0; k < PcaBasis.COLOURS; k++) {
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = along.get(i, k);
      }
      Arrays.sort(sorted);
      black[k] = (float) sorted[(int) (TAIL * (sorted.length - 1))];
      white[k] = (float) sorted[(int) ((1 - TAIL) * (sorted.length - 1))];
      if (last != null) {
        black[k] = KEPT * last.black(k) + (1 - KEPT) * black[k];
        white[k] = KEPT * last.white(k) + (1 - KEPT) * white[k];
      }
    }
    return new PcaBasis(axes, black, white);
  }
}
