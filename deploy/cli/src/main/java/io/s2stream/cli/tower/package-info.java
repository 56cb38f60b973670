/** Which tower a command runs, and what there is to say about it. */
@NullMarked
package io.s2stream.cli.tower;

import org.jspecify.annotations.NullMarked;
