/**
 * Whether a service can work, what it waits for, and how it tells: shared by all services, and free
 * of them.
 */
@NullMarked
package io.s2stream.health;

import org.jspecify.annotations.NullMarked;
