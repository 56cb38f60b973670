/**
 * Meters that both services have: of their process, of Kafka's clients, and what bounds their
 * number.
 */
@NullMarked
package io.s2stream.meters;

import org.jspecify.annotations.NullMarked;
