/** Reads feature records and dead letters as a subscriber, and single messages by their place. */
@NullMarked
package io.s2stream.viewer.subscribe;

import org.jspecify.annotations.NullMarked;
