package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;

/**
 * The model that nobody waits for.
 *
 * @param which of the two it is: treatment in a shadow, either in a pair of a split
 * @param outcome what it will have done. Where it has not been asked yet, subscribing asks it
 */
record BackgroundCall(Variant which, Uni<Outcome> outcome) {}
