@NullMarked
package io.s2stream.processor.tower;

import org.jspecify.annotations.NullMarked;
