/** From a URI to sampled, scaled, colour-correct RGB frames. */
@NullMarked
package io.s2stream.ingest.source;

import org.jspecify.annotations.NullMarked;
