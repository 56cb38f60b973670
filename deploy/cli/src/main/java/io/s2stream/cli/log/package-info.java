/** Where log lines go, in which form, and how many. */
@NullMarked
package io.s2stream.cli.log;

import org.jspecify.annotations.NullMarked;
