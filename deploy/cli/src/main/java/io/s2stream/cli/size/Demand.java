package io.s2stream.cli.size;

import java.time.Duration;

import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.s2.Preset;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for.
 *
 * @param framesPerSecond sampled frames of one camera
 * @param framesPerSecondPerGpu measured; null: estimated from GPU and utilisation
 * @param utilisation part of the GPU's peak that the tower reaches, above 0 to 1
 * @param jpegBytesPerPixel size of JPEG frames; null: raw frames, 3 bytes a pixel
 * @param bytesPerElement of the features on the wire
 * @param pool blocks whose mean takes their place; all frame batches are taken to have whole ones
 * @param headroom part of GPUs and partitions kept free for bursts and catching up, 0 to below 1
 * @param subscribers consumer groups that read all features
 */
public record Demand(
    int cameras,
    double framesPerSecond,
    Preset preset,
    Gpu gpu,
    @Nullable Double framesPerSecondPerGpu,
    double utilisation,
    @Nullable Double jpegBytesPerPixel,
    int bytesPerElement,
    PoolConfig pool,
    double headroom,
    int replication,
    Duration framesRetention,
    Duration featuresRetention,
    int subscribers) {}
