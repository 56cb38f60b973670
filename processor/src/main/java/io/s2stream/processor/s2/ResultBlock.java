package io.s2stream.processor.s2;

import ai.djl.ndarray.NDArray;

/**
 * The channels that one scale of one frame has in the result.
 *
 * @param out {@code [B, N, C]} or {@code [B, C, H, W]} float32
 * @param frame index on the first axis
 * @param channel first of the scale's channels
 * @param gridWidth columns of the result's grid
 */
record ResultBlock(NDArray out, int frame, int channel, int gridWidth) {}
