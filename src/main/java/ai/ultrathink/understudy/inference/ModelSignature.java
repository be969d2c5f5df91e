package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.inference.tensor.InputForm;

/**
 * What a loaded version of a model takes and answers.
 *
 * @param runtime what runs its network, as {@code model.json} has it
 * @param input how it takes the features of a row
 * @param actions what it advises
 */
public record ModelSignature(ModelVersion version, String runtime, InputForm input, Actions actions) {

    static ModelSignature of(LoadedModel loaded) {
        ModelCard card = loaded.card();
        return new ModelSignature(loaded.version(), card.runtime().text(), card.input(), loaded.actions());
    }
}
