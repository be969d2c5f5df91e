/**
 * How the two models of an experiment are asked.
 *
 * <p>A {@link ai.ultrathink.understudy.trial.call.TreatmentCall} is the treatment itself or one concern around another such call;
 * {@link ai.ultrathink.understudy.trial.call.TreatmentCalls} puts them together and says why in this order.
 */
@NullMarked
package ai.ultrathink.understudy.trial.call;

import org.jspecify.annotations.NullMarked;
