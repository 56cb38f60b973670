/** The viewer with a real broker, and with a real browser. */
@NullMarked
package io.s2stream.local.viewer;

import org.jspecify.annotations.NullMarked;
