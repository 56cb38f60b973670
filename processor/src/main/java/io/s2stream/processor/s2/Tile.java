package io.s2stream.processor.s2;

/**
 * One square sub-image of a scale.
 *
 * @param row of tiles it stands in
 * @param column of tiles it stands in
 * @param top row of the tile's first pixel in the scale's image
 * @param left column of the tile's first pixel
 */
record Tile(int row, int column, int top, int left) {}
