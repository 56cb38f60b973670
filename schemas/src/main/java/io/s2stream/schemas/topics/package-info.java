/** Names of the topics and headers, and the check at start that a topic can carry the records. */
@NullMarked
package io.s2stream.schemas.topics;

import org.jspecify.annotations.NullMarked;
