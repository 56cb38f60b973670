@NullMarked
package io.s2stream.processor.batch;

import org.jspecify.annotations.NullMarked;
