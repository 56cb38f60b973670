package io.s2stream.processor.s2;

/**
 * One square sub-image of a scale, and where its features belong.
 *
 * @param top row of the tile's first pixel in the scale's image
 * @param left column of the tile's first pixel
 * @param gridTop row of its first cell in the scale's feature grid
 * @param gridLeft column of its first cell
 */
record Tile(int top, int left, int gridTop, int gridLeft) {}
