/** Checks of deploy/compose.yaml that need no container engine. */
@NullMarked
package io.s2stream.local.compose;

import org.jspecify.annotations.NullMarked;
