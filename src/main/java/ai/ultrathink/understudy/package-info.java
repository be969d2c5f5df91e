/**
 * Understudy rolls out a new trading model safely, by comparing it with the present one.
 *
 * <p>This package assembles the service: the main class, the clocks and the order in which things start. The other
 * packages are in the layers described in docs/architecture.md.
 */
@NullMarked
package ai.ultrathink.understudy;

import org.jspecify.annotations.NullMarked;
