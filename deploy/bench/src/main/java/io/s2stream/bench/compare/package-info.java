/**
 * What {@code s2 bench} measures: each comparison sets ours beside a peer that does the same work,
 * or beside a limit, in one run on one machine.
 */
@NullMarked
package io.s2stream.bench.compare;

import org.jspecify.annotations.NullMarked;
