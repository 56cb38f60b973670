/**
 * Why a frame batch can't be processed: what sends it to the dead-letter topic instead of failing
 * the service.
 */
@NullMarked
package io.s2stream.processor.fault;

import org.jspecify.annotations.NullMarked;
