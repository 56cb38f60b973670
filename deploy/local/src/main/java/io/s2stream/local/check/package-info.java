/** A subscriber that checks that every frame's features arrive, once, in order and whole. */
@NullMarked
package io.s2stream.local.check;

import org.jspecify.annotations.NullMarked;
