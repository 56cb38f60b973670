/** Proves the delivery guarantees by cases of faults, each with a recount of every frame. */
@NullMarked
package io.s2stream.faults;

import org.jspecify.annotations.NullMarked;
