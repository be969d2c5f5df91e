/**
 * Understudy: lets a trading desk replace a model without holding its breath.
 *
 * <p>This package is the edge: the main class, the clocks and the order in which things start. Everything else is in the
 * packages below, in the rows that docs/architecture.md draws.
 */
@NullMarked
package ai.ultrathink.understudy;

import org.jspecify.annotations.NullMarked;
