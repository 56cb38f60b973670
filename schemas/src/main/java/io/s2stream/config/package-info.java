/**
 * Strict YAML configuration bound to records: every problem is reported at once, with its path and
 * line.
 */
@NullMarked
package io.s2stream.config;

import org.jspecify.annotations.NullMarked;
