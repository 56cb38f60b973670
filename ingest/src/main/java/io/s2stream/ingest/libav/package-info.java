/**
 * Small shared pieces around libav's C API: error codes and filter graphs without an owner
 * elsewhere.
 */
@NullMarked
package io.s2stream.ingest.libav;

import org.jspecify.annotations.NullMarked;
