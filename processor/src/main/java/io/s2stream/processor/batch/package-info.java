/** Forms batches over all streams for the one device, and makes feature records of the results. */
@NullMarked
package io.s2stream.processor.batch;

import org.jspecify.annotations.NullMarked;
