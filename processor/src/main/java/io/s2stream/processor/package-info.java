/** The processor service: subscribes to frame batches, publishes their multiscale features. */
@NullMarked
package io.s2stream.processor;

import org.jspecify.annotations.NullMarked;
