/** Subscribers to start from. */
@NullMarked
package io.s2stream.examples;

import org.jspecify.annotations.NullMarked;
