/** Experiments, their guardrails, ramps and promotions. */
@NullMarked
package ai.ultrathink.understudy.http.experiment;

import org.jspecify.annotations.NullMarked;
