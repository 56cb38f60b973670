/** The demo: a video in, checked feature records out, on one machine, with a live table. */
@NullMarked
package io.s2stream.local.demo;

import org.jspecify.annotations.NullMarked;
