@NullMarked
package io.s2stream.processor.route;

import org.jspecify.annotations.NullMarked;
