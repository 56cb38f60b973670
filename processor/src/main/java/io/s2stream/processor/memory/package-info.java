/** What the processor keeps on the heap, and the limits that follow from how much there may be. */
@NullMarked
package io.s2stream.processor.memory;

import org.jspecify.annotations.NullMarked;
