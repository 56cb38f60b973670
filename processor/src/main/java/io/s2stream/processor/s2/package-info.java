/**
 * The multiscale (S2) forward: options, plan, tile schedule, merge and pooling, on tensors only.
 */
@NullMarked
package io.s2stream.processor.s2;

import org.jspecify.annotations.NullMarked;
