package io.s2stream.viewer.figures;

/**
 * One number of the whole system.
 *
 * @param name stays the same for ever
 * @param label for people
 * @param unit {@code ""}, {@code /s}, {@code s}, {@code %} or {@code B}
 * @param value now; NaN: not known
 * @param series the last values, oldest first
 */
public record Figure(String name, String label, String unit, double value, float[] series) {}
