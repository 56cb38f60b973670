@NullMarked
package io.s2stream.processor.topology;

import org.jspecify.annotations.NullMarked;
