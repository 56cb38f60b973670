/** The page and what it asks for, over HTTP. */
@NullMarked
package io.s2stream.viewer.web;

import org.jspecify.annotations.NullMarked;
