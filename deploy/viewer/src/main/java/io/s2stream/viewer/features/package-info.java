/** Features of one frame made small, their principal components as colours, their similarity. */
@NullMarked
package io.s2stream.viewer.features;

import org.jspecify.annotations.NullMarked;
