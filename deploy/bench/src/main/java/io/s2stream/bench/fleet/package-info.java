/** A fleet of simulated cameras: what the sizing sheet takes for granted, put to the test. */
@NullMarked
package io.s2stream.bench.fleet;

import org.jspecify.annotations.NullMarked;
