/** The frames that are sent under faults, and the recount of what became of them. */
@NullMarked
package io.s2stream.faults.frames;

import org.jspecify.annotations.NullMarked;
