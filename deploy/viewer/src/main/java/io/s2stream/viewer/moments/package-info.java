/** What was shown of each stream in the last minutes, within a budget. */
@NullMarked
package io.s2stream.viewer.moments;

import org.jspecify.annotations.NullMarked;
