/** Which decoded frames go on: one small class for each rule. Knows times and counts, no pixels. */
@NullMarked
package io.s2stream.ingest.sample;

import org.jspecify.annotations.NullMarked;
