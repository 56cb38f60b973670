@NullMarked
package io.s2stream.processor.extract;

import org.jspecify.annotations.NullMarked;
