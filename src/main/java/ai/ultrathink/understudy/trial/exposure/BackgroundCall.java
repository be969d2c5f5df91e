package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Variant;
import io.smallrye.mutiny.Uni;

/**
 * The call of the model whose answer the caller does not get.
 *
 * @param which treatment in a shadow, either model in a pair of a split
 * @param result subscribing asks the model, unless it has been asked before. To be subscribed to once
 */
public record BackgroundCall(Variant which, Uni<CallResult> result) {}
