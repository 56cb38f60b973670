/** The options of the multiscale forward as they stand on a command line. */
@NullMarked
package io.s2stream.cli.s2options;

import org.jspecify.annotations.NullMarked;
