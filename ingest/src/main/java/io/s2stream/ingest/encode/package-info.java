/** How a frame's pixels travel in a record: raw RGB24 or JPEG. */
@NullMarked
package io.s2stream.ingest.encode;

import org.jspecify.annotations.NullMarked;
