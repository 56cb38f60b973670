/**
 * The viewer: what the model sees of every stream, as a web page. Subscribes, and changes nothing.
 */
@NullMarked
package io.s2stream.viewer;

import org.jspecify.annotations.NullMarked;
