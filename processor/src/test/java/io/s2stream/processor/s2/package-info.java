@NullMarked
package io.s2stream.processor.s2;

import org.jspecify.annotations.NullMarked;
