/** Tests of the chart: it is rendered by Helm's own code, in this process, without a cluster. */
@NullMarked
package io.s2stream.helm;

import org.jspecify.annotations.NullMarked;
