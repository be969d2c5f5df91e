/** From evidence to a verdict: one check for each guardrail metric, valid at every look. Pure functions. */
@NullMarked
package ai.ultrathink.understudy.analysis.guardrail;

import org.jspecify.annotations.NullMarked;
