/**
 * NumPy's {@code .npy} files.
 *
 * <p>DJL reads and writes them too, but it calls everything it can't read a malformed header, reads
 * cut files as far as they go, and needs a whole array in memory to write one. Here the header is
 * read and checked before the data, and can be written before the data is there.
 */
@NullMarked
package io.s2stream.cli.numpy;

import org.jspecify.annotations.NullMarked;
