/**
 * The services' meters: their page, and what dashboards, alerts and a real Prometheus make of them.
 */
@NullMarked
package io.s2stream.local.metrics;

import org.jspecify.annotations.NullMarked;
