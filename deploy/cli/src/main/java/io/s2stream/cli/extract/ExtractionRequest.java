package io.s2stream.cli.extract;

import java.nio.file.Path;

import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.schemas.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * What is to be extracted.
 *
 * @param video a file, or a URL with an end
 * @param pool what becomes one; frames of the whole video are pooled as of one frame batch
 * @param fps frames per second to sample at most
 * @param imageSize size of the decoded frames; null: the largest image size that the options make
 *     of a square frame
 * @param dtype element type of the features
 * @param output file, its ending known to {@link ArchiveFormat}
 * @param restart whether to forget what an earlier run has done
 */
public record ExtractionRequest(
    SourceUri video,
    TowerConfig tower,
    S2Config s2,
    PoolConfig pool,
    double fps,
    @Nullable ImageSize imageSize,
    TensorType dtype,
    Path output,
    boolean restart) {}
