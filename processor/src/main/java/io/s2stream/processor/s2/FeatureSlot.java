package io.s2stream.processor.s2;

import ai.djl.ndarray.NDArray;

/**
 * The features of one tile, among those of others.
 *
 * @param features {@code [k, prefix + side * side, C]} tokens or {@code [k, C, h, w]} maps
 * @param slot index on the first axis
 * @param prefix tokens before the grid
 */
record FeatureSlot(NDArray features, int slot, int prefix) {}
