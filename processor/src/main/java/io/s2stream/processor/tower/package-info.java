/** Vision towers: model directories in DJL's convention, loaded and checked once. */
@NullMarked
package io.s2stream.processor.tower;

import org.jspecify.annotations.NullMarked;
