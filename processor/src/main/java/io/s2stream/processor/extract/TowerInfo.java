package io.s2stream.processor.extract;

/**
 * Which tower made the features.
 *
 * @param name the model's name, the base name of its TorchScript file
 * @param sha256 of the TorchScript file, lower-case hex
 */
public record TowerInfo(String name, String sha256) {}
