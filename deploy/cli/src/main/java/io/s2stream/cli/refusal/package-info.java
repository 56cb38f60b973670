/** Refusing what the user asked for, before any work, with every problem at once. */
@NullMarked
package io.s2stream.cli.refusal;

import org.jspecify.annotations.NullMarked;
