/** {@code s2 dlq}: what stands in the dead-letter topic, and its way back. */
@NullMarked
package io.s2stream.cli.dlq;

import org.jspecify.annotations.NullMarked;
