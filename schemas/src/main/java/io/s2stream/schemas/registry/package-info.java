/** Client for schema registries that speak Confluent's REST calls, and stand-ins for tests. */
@NullMarked
package io.s2stream.schemas.registry;

import org.jspecify.annotations.NullMarked;
