/**
 * What a fleet of cameras needs: arithmetic on a few figures, each given by the user or assumed in
 * the open.
 */
@NullMarked
package io.s2stream.cli.size;

import org.jspecify.annotations.NullMarked;
