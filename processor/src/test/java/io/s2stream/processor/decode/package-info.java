@NullMarked
package io.s2stream.processor.decode;

import org.jspecify.annotations.NullMarked;
