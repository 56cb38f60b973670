/** The parts of a trial that run as processes of their own, and the link between them. */
@NullMarked
package io.s2stream.faults.process;

import org.jspecify.annotations.NullMarked;
