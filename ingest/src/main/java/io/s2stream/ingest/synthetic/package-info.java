/** Real, encoded video clips made on the spot, for the demo and for tests. */
@NullMarked
package io.s2stream.ingest.synthetic;

import org.jspecify.annotations.NullMarked;
