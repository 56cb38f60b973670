/** Benchmarks that measure ours and its limit in one run. */
@NullMarked
package io.s2stream.bench;

import org.jspecify.annotations.NullMarked;
