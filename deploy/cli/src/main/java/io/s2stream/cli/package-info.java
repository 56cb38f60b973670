/** The {@code s2} command. */
@NullMarked
package io.s2stream.cli;

import org.jspecify.annotations.NullMarked;
