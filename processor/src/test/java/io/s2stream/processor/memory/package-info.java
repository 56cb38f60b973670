@NullMarked
package io.s2stream.processor.memory;

import org.jspecify.annotations.NullMarked;
