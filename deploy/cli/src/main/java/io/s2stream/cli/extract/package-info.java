/** Features of one video as one file, without Kafka: resumable, in bounded memory. */
@NullMarked
package io.s2stream.cli.extract;

import org.jspecify.annotations.NullMarked;
