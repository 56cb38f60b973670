/** The processor's meters. */
@NullMarked
package io.s2stream.processor.metrics;

import org.jspecify.annotations.NullMarked;
