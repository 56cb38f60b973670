/** Output files that are there whole or not at all. */
@NullMarked
package io.s2stream.cli.files;

import org.jspecify.annotations.NullMarked;
