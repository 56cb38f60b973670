/** Tests of the topology that need a real broker, which the processor's own tests can't start. */
@NullMarked
package io.s2stream.processor.topology;

import org.jspecify.annotations.NullMarked;
