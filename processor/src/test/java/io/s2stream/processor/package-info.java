@NullMarked
package io.s2stream.processor;

import org.jspecify.annotations.NullMarked;
