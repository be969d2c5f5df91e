/**
 * The real decision code on simulated traffic and a simulated clock, thousands of times: how often a harmless treatment is rolled
 * back, and how soon a harmful one is. {@code make simulate} runs all scenarios and writes docs/simulation.md; {@code make test}
 * runs a short form.
 */
@NullMarked
package ai.ultrathink.understudy.simulation;

import org.jspecify.annotations.NullMarked;
